import type { DropCounts } from '../replay/counts';
import type { BatchValuesAnswer, BatchValuesAsk } from './batchValues';
import type { CalibrationAnswer, CalibrationAsk } from './calibration';
import type { ConfusionAnswer, ConfusionAsk } from './confusion';
import type { DropCountsAsk } from './dropCounts';
import type { FiltersAnswer, FiltersAsk } from './filters';
import type { HealthAnswer } from './health';
import type { InsideAnswer, InsideAsk } from './inside';
import type { OthersAnswer, OthersAsk } from './others';
import type { OverStepsAnswer, OverStepsAsk } from './overSteps';
import type { RankingAnswer, RankingAsk } from './ranking';
import type { ReplayAnswer, ReplayAsk } from './replay';
import type { ResidualsAnswer, ResidualsAsk } from './residuals';
import type { ResponsesAnswer, ResponsesAsk } from './responses';
import type { SampleSightAnswer, SampleSightAsk } from './sampleSight';
import type { SurfaceAnswer, SurfaceAsk } from './surface';
import type { WeightsAnswer, WeightsAsk } from './weights';
import type { WorstAnswer, WorstAsk } from './worst';
import type { LensView, Work } from './define';

/** By name: what is asked, and what is answered. Both can be posted. */
export interface Lenses {
  readonly batchValues: { readonly ask: BatchValuesAsk; readonly answer: BatchValuesAnswer };
  readonly calibration: { readonly ask: CalibrationAsk; readonly answer: CalibrationAnswer };
  readonly confusion: { readonly ask: ConfusionAsk; readonly answer: ConfusionAnswer };
  readonly dropCounts: { readonly ask: DropCountsAsk; readonly answer: DropCounts };
  readonly filters: { readonly ask: FiltersAsk; readonly answer: FiltersAnswer };
  readonly health: { readonly ask: Record<string, never>; readonly answer: HealthAnswer };
  readonly inside: { readonly ask: InsideAsk; readonly answer: InsideAnswer };
  readonly others: { readonly ask: OthersAsk; readonly answer: OthersAnswer };
  readonly overSteps: { readonly ask: OverStepsAsk; readonly answer: OverStepsAnswer };
  readonly ranking: { readonly ask: RankingAsk; readonly answer: RankingAnswer };
  readonly replay: { readonly ask: ReplayAsk; readonly answer: ReplayAnswer };
  readonly residuals: { readonly ask: ResidualsAsk; readonly answer: ResidualsAnswer };
  readonly responses: { readonly ask: ResponsesAsk; readonly answer: ResponsesAnswer };
  readonly sampleSight: { readonly ask: SampleSightAsk; readonly answer: SampleSightAnswer };
  readonly surface: { readonly ask: SurfaceAsk; readonly answer: SurfaceAnswer };
  readonly weights: { readonly ask: WeightsAsk; readonly answer: WeightsAnswer };
  readonly worst: { readonly ask: WorstAsk; readonly answer: WorstAnswer };
}

export type LensName = keyof Lenses;
export type Ask<K extends LensName> = Lenses[K]['ask'];
export type Answer<K extends LensName> = Lenses[K]['answer'];

/** A lens by name with what it is asked: what goes over the wire. */
export type QuestionOf<K extends LensName> = { readonly lens: K; readonly ask: Ask<K> };
export type Question = { readonly [K in LensName]: QuestionOf<K> }[LensName];

/**
 * Answers at once where that takes about a millisecond; otherwise it is a generator. What it answers with must be of one
 * moment: the weights it uses it takes from `copies` before its first `yield`, and so whatever else training changes.
 * One lens of a run is at work at a time, those of a picture (`ofPicture`) aside. It may be left at any `yield`, and is then never taken up again.
 *
 * @throws RangeError where the run has nothing of what is asked, saying what it lacks
 */
export type Lens<K extends LensName> = (view: LensView, ask: Ask<K>) => Answer<K> | Work<Answer<K>>;
