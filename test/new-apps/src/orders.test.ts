import 'reflect-metadata';
import { expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { EventBus } from 'nestjs-event-bus';
import { EventBus as CoreBus } from 'nestjs-event-bus/core';
import { HealthController } from './health.controller.js';
import { Invoices, Orders, OrdersModule } from './orders.module.js';

it('runs handlers in a testing module', async () => {
  const module = await Test.createTestingModule({ imports: [OrdersModule] }).compile();
  await module.init();
  await module.get(Orders).place(7);
  expect(module.get(Invoices).written).toEqual([7]);
  expect(module.get(EventBus)).toBeInstanceOf(CoreBus);
  expect(await module.get(HealthController).ready()).toMatchObject({ info: { events: { state: 'ready' } } });
  await module.close();
});
