// The kinds of applications: what an administrator fills in of each, and what its
// engineer has to know of us. Names of fields are those of the API.

const lines = (name, { required = false } = {}) => ({ name, required, rows: 3 });
const line = (name) => ({ name, required: false });

export const KINDS = {
  client: {
    fields: [lines("redirect_uris", { required: true }), lines("post_logout_redirect_uris"), line("back_channel_logout_uri")],
    mayBePublic: true,
    facts: ["client_id", "issuer", "discovery", "basic"],
  },
  login: {
    fields: [lines("return_uris")],
    facts: ["application", "second_factor", "bearer", "issuer"],
  },
  gate: { fields: [lines("hosts", { required: true })], facts: ["application", "gate", "proxy"] },
  provisioning: { fields: [], facts: ["scim", "bearer"] },
};
