import type { PlannedStep } from './plan.js';

/** One step of the graph. */
export interface GraphStep {
  /** `Module/Class.method` */
  readonly name: string;
  /** What it emits; undefined for a step that emits nothing. */
  readonly topic: string | undefined;
  /** What it waits for, as it was declared. */
  readonly after: readonly string[];
  /** The names of the steps that bring it. */
  readonly needs: readonly string[];
  /** What it waits for that no step brings. */
  readonly external: readonly string[];
  readonly isOptional: boolean;
  /** Whether it is behind something external, so that the application doesn't wait for it before it listens. */
  readonly isBackground: boolean;
}

/** The startup steps and what they wait for. */
export class StartupGraph {
  /** Each after what it needs. */
  readonly steps: readonly GraphStep[];

  /** @internal */
  constructor(plan: readonly PlannedStep[]) {
    this.steps = plan.map(({ step, needs, externals, isBackground }) => ({
      name: step.name,
      topic: step.emits,
      after: step.after.map(({ pattern }) => pattern),
      needs: needs.map((each) => each.step.name),
      external: externals.map(({ pattern }) => pattern),
      isOptional: step.optional,
      isBackground,
    }));
  }

  /** A flow chart in Mermaid's language: a round node is external, a dashed one optional. */
  toMermaid(): string {
    const ids = new Map(this.steps.map(({ name }, index) => [name, `s${index}`]));
    const externals = new Map(
      [...new Set(this.steps.flatMap(({ external }) => external))].map((each, index) => [each, `x${index}`]),
    );
    const lines = [
      'flowchart LR',
      ...[...externals].map(([pattern, id]) => `  ${id}(["${pattern}"])`),
      ...this.steps.map(
        ({ name, topic }) => `  ${ids.get(name)}["${topic === undefined ? name : `${topic}<br/>${name}`}"]`,
      ),
      ...this.steps.flatMap(({ name, needs, external }) => [
        ...external.map((each) => `  ${externals.get(each)} --> ${ids.get(name)}`),
        ...needs.map((each) => `  ${ids.get(each)} --> ${ids.get(name)}`),
      ]),
    ];
    const optional = this.steps.filter(({ isOptional }) => isOptional).map(({ name }) => ids.get(name));
    if (optional.length > 0) {
      lines.push('  classDef optional stroke-dasharray: 4', `  class ${optional.join(',')} optional`);
    }
    return lines.join('\n');
  }

  /** One line for each step, each after what it needs. */
  toText(): string {
    return this.steps
      .map(({ name, topic, after, external, isOptional }) => {
        const waits = after.map((each) => (external.includes(each) ? `external ${each}` : each)).join(', ');
        const traits = isOptional ? ' (optional)' : '';
        return `${topic ?? '(no event)'}${traits} by ${name}${waits === '' ? '' : `, after ${waits}`}`;
      })
      .join('\n');
  }
}
