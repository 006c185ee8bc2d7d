//! What has ended lately, for whoever verifies by itself what a gate signs.

use serde_json::json;
use worker::Response;

use crate::error::Problem;
use crate::object_ref::{self, TenantAsk, TenantReply, TenantRequest};
use crate::routes::{Visit, caller};

/// As the tenant's object knows it: that a single session ended it hears from the member's, a moment later; that all
/// of a tenant did, at once, by the epoch.
pub(crate) async fn ended(visit: &Visit) -> Result<Response, Problem> {
    let key = visit.key()?;
    let ask = TenantAsk::Ended { application: key.application, key: key.digest };
    let request = TenantRequest { tenant: visit.tenant.clone(), idempotency: None, ask };
    match object_ref::ask_tenant(&visit.env, &visit.secrets.naming, &request).await? {
        TenantReply::Ended(ended) => {
            let sessions = ended.sessions.iter().map(|(sid, at)| json!({ "sid": sid, "ended_at": at }));
            let sessions: Vec<_> = sessions.collect();
            visit.json(200, &json!({ "as_of": visit.now, "epoch": ended.epoch, "sessions": sessions }))
        }
        reply => Err(caller::refused(reply)),
    }
}
