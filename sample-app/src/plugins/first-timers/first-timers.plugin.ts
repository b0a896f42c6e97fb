import { Injectable, Module } from '@nestjs/common';
import type { PullRequestOpenedEvent } from '@octokit/webhooks-types';
import { BusEvent, Emits, EventBus, Listens, OnEvent } from 'nestjs-event-bus';

/** Tells of people who open their first pull request, so that somebody welcomes them. */
@Injectable()
class FirstTimers {
  constructor(private readonly bus: EventBus) {}

  @OnEvent('github:pull_request.opened', { filter: isByFirstTimer })
  onPullRequestOpened({ pull_request, repository, sender }: PullRequestOpenedEvent, event: BusEvent): void {
    const message = `${sender.login} is new to ${repository.full_name}: welcome them in #${pull_request.number}`;
    const at = new Date(event.timestamp).toISOString();
    this.bus.emit('notification:created', { at, topic: event.topic, message }, { causedBy: event });
  }
}

function isByFirstTimer({ pull_request }: PullRequestOpenedEvent): boolean {
  return ['FIRST_TIMER', 'FIRST_TIME_CONTRIBUTOR'].includes(pull_request?.author_association);
}

@Emits('notification:created')
@Listens('github:pull_request.opened')
@Module({ providers: [FirstTimers] })
export class FirstTimersPlugin {}
