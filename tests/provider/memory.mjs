// Where a provider keeps its sessions, codes and grants: in memory, and longer than one set of keys lasts.

const GRANTED = new Set(['AccessToken', 'AuthorizationCode']);

/** The storage of one directory, as `oidc-provider` wants it: an adapter for each of its models. */
export function memory() {
  const kept = new Map();

  /** One record, unless its time is over. */
  const alive = (key) => {
    const record = kept.get(key);
    if (record && record.endsAt <= Date.now()) kept.delete(key);
    return kept.get(key)?.payload;
  };

  return (model) => ({
    async upsert(id, payload, seconds) {
      const endsAt = seconds === undefined ? Infinity : Date.now() + seconds * 1000;
      kept.set(`${model}:${id}`, { payload, endsAt });
    },
    async find(id) {
      return alive(`${model}:${id}`);
    },
    async findByUid(uid) {
      for (const [key, { payload }] of kept) {
        if (key.startsWith(`${model}:`) && payload.uid === uid) return alive(key);
      }
      return undefined;
    },
    async findByUserCode() {
      return undefined;
    },
    async consume(id) {
      const payload = alive(`${model}:${id}`);
      if (payload) payload.consumed = Math.floor(Date.now() / 1000);
    },
    async destroy(id) {
      kept.delete(`${model}:${id}`);
    },
    async revokeByGrantId(grantId) {
      for (const [key, { payload }] of kept) {
        if (GRANTED.has(key.split(':', 1)[0]) && payload.grantId === grantId) kept.delete(key);
      }
    },
  });
}
