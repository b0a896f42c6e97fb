import { Injectable } from '@nestjs/common';
import { BusEvent, OnEvent, StartupStep } from 'nestjs-event-bus';
import { Database } from '../database/database.js';

/** Creating a table “if not exists” fails when two instances start at the same moment; the lock makes one wait. */
const CREATE_TABLE = `
  do $$ begin
    perform pg_advisory_xact_lock(7286301);
    create table if not exists repository_statistics (
      repository text not null,
      topic text not null,
      count integer not null,
      last_event_at timestamptz not null,
      primary key (repository, topic)
    );
  end $$`;

/** One statement, so that events handled at the same time, by however many instances, all count. */
const COUNT_EVENT = `
  insert into repository_statistics (repository, topic, count, last_event_at) values ($1, $2, 1, $3)
  on conflict (repository, topic) do update set
    count = repository_statistics.count + 1,
    last_event_at = greatest(repository_statistics.last_event_at, excluded.last_event_at)`;

const SELECT_PER_REPOSITORY = `
  select
    repository,
    sum(count)::integer as total,
    max(last_event_at) as "lastEventAt",
    json_agg(json_build_object('topic', topic, 'count', count) order by topic) as topics
  from repository_statistics group by repository order by repository`;

interface RepositoryEvent {
  readonly repository: { readonly full_name: string };
}

export interface RepositoryStatistics {
  readonly repository: string;
  readonly total: number;
  readonly lastEventAt: Date;
  readonly topics: readonly { readonly topic: string; readonly count: number }[];
}

/** Counts events per repository and topic, in the database. */
@Injectable()
export class StatisticsService {
  constructor(private readonly database: Database) {}

  @StartupStep({ after: 'db:connected' })
  async createTable(): Promise<void> {
    await this.database.query(CREATE_TABLE);
  }

  /** A database that is away for a moment is asked again; meanwhile events wait here, and delay nobody. */
  @OnEvent('github:**', {
    filter: belongsToRepository,
    queue: { concurrency: 4 },
    retry: { attempts: 5, backoff: { delay: 100 } },
  })
  async onRepositoryEvent(payload: unknown, { timestamp, topic }: BusEvent): Promise<void> {
    const { repository } = payload as RepositoryEvent; // the filter has seen to that
    await this.database.query(COUNT_EVENT, [repository.full_name, topic, new Date(timestamp).toISOString()]);
  }

  perRepository(): Promise<RepositoryStatistics[]> {
    return this.database.query(SELECT_PER_REPOSITORY);
  }
}

/** Events of an organization, an installation or an advisory belong to no repository. */
function belongsToRepository(payload: unknown): boolean {
  return typeof (payload as Partial<RepositoryEvent>).repository?.full_name === 'string';
}
