import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { HealthController } from './health.controller.js';
import { Invoices, Orders, OrdersModule } from './orders.module.js';

async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(OrdersModule, { logger: ['error', 'warn'] });
  const report = await app.get(Orders).place(7);
  const { written } = app.get(Invoices);
  const { status } = await app.get(HealthController).ready();
  await app.close();
  if (status !== 'ok') throw new Error(`the application runs, and its health check says ${status}`);
  if (report.delivered !== 1 || written.join() !== '7') {
    throw new Error(
      `one order was placed, ${report.delivered} delivered, and invoices written for: ${written.join()}`,
    );
  }
}

void main();
