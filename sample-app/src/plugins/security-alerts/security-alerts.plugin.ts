import { Injectable, Module } from '@nestjs/common';
import type { CodeScanningAlertCreatedEvent, DependabotAlertCreatedEvent } from '@octokit/webhooks-types';
import { BusEvent, Emits, EventBus, Listens, OnEvent } from 'nestjs-event-bus';

/** Tells of what GitHub's scanners have found. */
@Injectable()
class SecurityAlerts {
  constructor(private readonly bus: EventBus) {}

  @OnEvent('github:dependabot_alert.created')
  onDependency({ alert, repository }: DependabotAlertCreatedEvent, event: BusEvent): void {
    const { package: found } = alert.dependency;
    this.#tell(event, `${repository.full_name} depends on ${found.name}: ${alert.security_advisory.summary}`);
  }

  @OnEvent('github:code_scanning_alert.created')
  onCode({ alert, repository }: CodeScanningAlertCreatedEvent, event: BusEvent): void {
    this.#tell(event, `A scanner found in ${repository.full_name}: ${alert.rule.description}`);
  }

  #tell(event: BusEvent, text: string): void {
    const message = text.replaceAll(/\p{Cc}+/gu, ' ');
    const at = new Date(event.timestamp).toISOString();
    this.bus.emit('notification:created', { at, topic: event.topic, message }, { causedBy: event });
  }
}

@Emits('notification:created')
@Listens('github:dependabot_alert.created', 'github:code_scanning_alert.created')
@Module({ providers: [SecurityAlerts] })
export class SecurityAlertsPlugin {}
