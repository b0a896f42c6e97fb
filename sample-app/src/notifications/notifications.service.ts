import { Injectable } from '@nestjs/common';
import type {
  IssuesOpenedEvent,
  PullRequestClosedEvent,
  PullRequestOpenedEvent,
  PushEvent,
  ReleasePublishedEvent,
  SecurityAdvisoryPublishedEvent,
  WorkflowRunCompletedEvent,
} from '@octokit/webhooks-types';
import { BusEvent, EventBus, OnEvent } from 'nestjs-event-bus';
import type { Notification } from './notification.js';

const CAPACITY = 100;

/** Turns the events that people want to hear of into one line each, keeps the last 100, and emits each as an event of its own. */
@Injectable()
export class NotificationsService {
  private readonly notifications: Notification[] = [];

  constructor(private readonly bus: EventBus) {}

  /** Newest first. */
  latest(): Notification[] {
    return this.notifications.toReversed();
  }

  @OnEvent('github:issues.opened')
  onIssueOpened({ issue, repository, sender }: IssuesOpenedEvent, event: BusEvent): void {
    this.notify(
      event,
      `${sender.login} opened issue #${issue.number} in ${repository.full_name}: ${issue.title}`,
    );
  }

  @OnEvent('github:pull_request.opened')
  onPullRequestOpened({ pull_request, repository, sender }: PullRequestOpenedEvent, event: BusEvent): void {
    const { number, title } = pull_request;
    this.notify(event, `${sender.login} opened pull request #${number} in ${repository.full_name}: ${title}`);
  }

  @OnEvent('github:pull_request.closed')
  onPullRequestClosed({ pull_request, repository, sender }: PullRequestClosedEvent, event: BusEvent): void {
    const { number, title, merged } = pull_request;
    const verb = merged ? 'merged' : 'closed';
    this.notify(
      event,
      `${sender.login} ${verb} pull request #${number} in ${repository.full_name}: ${title}`,
    );
  }

  @OnEvent('github:push')
  onPush({ commits, forced, pusher, ref, repository }: PushEvent, event: BusEvent): void {
    if (commits.length === 0) return; // a branch or tag that came or went
    const count = commits.length === 1 ? 'one commit' : `${commits.length} commits`;
    const verb = forced ? 'force-pushed' : 'pushed';
    this.notify(event, `${pusher.name} ${verb} ${count} to ${ref} of ${repository.full_name}`);
  }

  @OnEvent('github:release.published')
  onReleasePublished({ release, repository }: ReleasePublishedEvent, event: BusEvent): void {
    this.notify(event, `${repository.full_name} published ${release.name || release.tag_name}`);
  }

  @OnEvent('github:security_advisory.published')
  onAdvisoryPublished({ security_advisory }: SecurityAdvisoryPublishedEvent, event: BusEvent): void {
    const { ghsa_id, severity, summary } = security_advisory;
    this.notify(event, `${ghsa_id} (${severity}): ${summary}`);
  }

  @OnEvent('github:workflow_run.completed')
  onWorkflowRunCompleted({ repository, workflow_run }: WorkflowRunCompletedEvent, event: BusEvent): void {
    if (workflow_run.conclusion === 'failure') {
      this.notify(event, `Workflow ${workflow_run.name} failed in ${repository.full_name}`);
    }
  }

  private notify(event: BusEvent, text: string): void {
    // Titles are strangers' text: without line breaks and escape sequences they can't fake lines of the log.
    const message = text.replaceAll(/\p{Cc}+/gu, ' ');
    const notification = { at: new Date(event.timestamp).toISOString(), topic: event.topic, message };
    this.notifications.push(notification);
    if (this.notifications.length > CAPACITY) this.notifications.shift();
    this.bus.emit('notification:created', notification, { causedBy: event });
  }
}
