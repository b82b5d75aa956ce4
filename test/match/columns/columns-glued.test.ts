import { expect, test } from 'vitest';
import { normalizeHeader } from '../../../src/match/columns/columns.js';

test.each([
  ['UNITASGDESC', 'unit assignment description'],
  ['EMPLOYEENAME', 'employee name'],
  ['datenaissance', 'date naissance'],
  ['HIREDT', 'hire date'],
  ['BADGENO', 'badge number'],
  ['Sal/Rate', 'salary rate'],
  ['Supv ID', 'supervisor id'],
])('%s is read as %s', (header, normal) => {
  expect(normalizeHeader(header)).toBe(normal);
});

test.each([
  'nomination',
  'combination',
  'personnel',
  'courrier',
  'administration',
  'operational',
  'Landgericht',
])('%s stays one word', (header) => {
  expect(normalizeHeader(header)).toBe(header.toLowerCase());
});
