/**
 * Whether the credentials of the SDK's standard chain come from a program: a `credential_process` in the
 * shared configuration of AWS (docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html).
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';

export function needsCredentialProgram(): boolean {
  const files = [
    env.AWS_CONFIG_FILE ?? join(homedir(), '.aws/config'),
    env.AWS_SHARED_CREDENTIALS_FILE ?? join(homedir(), '.aws/credentials'),
  ];
  return files.some((file) => {
    try {
      return /^\s*credential_process\s*=/m.test(readFileSync(file, 'utf8'));
    } catch {
      return false;
    }
  });
}
