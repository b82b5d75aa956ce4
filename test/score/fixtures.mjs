// The five incidents of fixtures/: persons counted, rosters found, against the expected.json beside each.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { scanPath } from './scan.mjs';

const INCIDENTS = ['alliance', 'met-supplier', 'psni', 'resana', 'blueleaks'];

/** { incident: { persons: found/expected share of exactness, rosters } } */
export function fixtureScores(args) {
  const out = {};
  for (const incident of INCIDENTS) {
    const folder = fileURLToPath(new URL(`../../fixtures/${incident}`, import.meta.url));
    if (!existsSync(`${folder}.expected.json`)) continue;
    const expected = JSON.parse(readFileSync(`${folder}.expected.json`, 'utf8'));
    const { summary, byFile } = scanPath(folder, args);
    const rosters = [...byFile.values()].flat().filter((event) => event.type === 'roster').length;
    const wanted = (expected.contents ?? []).filter((content) => content.roster).length;
    out[incident] = {
      persons: near(summary.persons?.distinct ?? 0, expected.persons),
      // Smaller lists beside the named ones are rosters too: only a missing one counts.
      rosters: near(Math.min(rosters, wanted), wanted),
    };
  }
  return out;
}

/** 1 where exact, falling with the distance. */
function near(found, wanted) {
  return Math.round((1 - Math.abs(found - wanted) / Math.max(found, wanted, 1)) * 10_000) / 10_000;
}
