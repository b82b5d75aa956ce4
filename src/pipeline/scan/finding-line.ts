/**
 * Serialises a finding as safeJson does, at a third of the cost: findings are most of the output, and their shape is
 * known. Omits absent fields.
 */
import type { Finding, Location } from '../../core/events.js';
import { safeJson } from '../../core/printable.js';

/** Characters that JSON does not escape; nearly all strings here have no others. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : safeJson(text);
}

function text(name: string, value: string | undefined): string {
  return value === undefined ? '' : `,"${name}":${quoted(value)}`;
}

function number(name: string, value: number | undefined): string {
  return value === undefined ? '' : `,"${name}":${value}`;
}

/** Ends in a newline. */
export function findingLine(finding: Finding): string {
  const { hidden, example, context } = finding;
  return `{"type":"finding","ruleId":${quoted(finding.ruleId)},"entity":"${finding.entity}","severity":"${
    finding.severity
  }","confidence":${finding.confidence},"band":"${finding.band}","uri":${quoted(finding.uri)}${
    text('version', finding.version) + text('path', finding.path)
  },"location":${locationJson(finding.location)},"masked":${quoted(finding.masked)}${text(
    'value',
    finding.value,
  )}${number('length', finding.length)},"fingerprint":"${finding.fingerprint}"${
    hidden === true ? ',"hidden":true' : text('hidden', hidden)
  }${example ? ',"example":true' : ''}${context ? `,"context":${safeJson(context)}` : ''}${text(
    'recordId',
    finding.recordId,
  )}}\n`;
}

function locationJson(at: Location): string {
  const fields =
    number('startByte', at.startByte) +
    number('endByte', at.endByte) +
    text('offsets', at.offsets) +
    number('startLine', at.startLine) +
    number('startColumn', at.startColumn) +
    number('page', at.page) +
    text('sheet', at.sheet) +
    text('part', at.part) +
    number('row', at.row) +
    text('column', at.column) +
    text('columnName', at.columnName);
  return `{${fields.slice(1)}}`;
}
