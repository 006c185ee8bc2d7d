//! What of SCIM there is here, in SCIM's own words (RFC 7643 §5 to §7).

use mfa_scim::CORE_USER;
use serde_json::{Value, json};
use worker::Response;

use super::{ask, base, scim, users};
use crate::error::{Code, Problem};
use crate::object_ref::Provision;
use crate::routes::Visit;

pub(super) async fn service_provider_config(visit: &Visit) -> Result<Response, Problem> {
    ask(visit, Provision::Prove).await?;
    scim(
        visit,
        200,
        &json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
            "patch": { "supported": true },
            "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
            "filter": { "supported": true, "maxResults": users::LONGEST_PAGE },
            "changePassword": { "supported": false },
            "sort": { "supported": false },
            "etag": { "supported": false },
            "authenticationSchemes": [{
                "type": "oauthbearertoken",
                "name": "Application key",
                "description": "A key of an application of the kind `provisioning`, as bearer token",
                "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
                "primary": true,
            }],
            "meta": {
                "resourceType": "ServiceProviderConfig",
                "location": format!("{}/ServiceProviderConfig", base(visit)),
            },
        }),
    )
}

pub(super) async fn resource_types(visit: &Visit) -> Result<Response, Problem> {
    listed(visit, users_type(visit)).await
}

pub(super) async fn resource_type(visit: &Visit, name: &str) -> Result<Response, Problem> {
    only(visit, name == "User", &users_type(visit)).await
}

pub(super) async fn schemas(visit: &Visit) -> Result<Response, Problem> {
    listed(visit, users_schema(visit)).await
}

pub(super) async fn schema(visit: &Visit, name: &str) -> Result<Response, Problem> {
    only(visit, name == CORE_USER, &users_schema(visit)).await
}

/// A list of one.
async fn listed(visit: &Visit, resource: Value) -> Result<Response, Problem> {
    ask(visit, Provision::Prove).await?;
    scim(
        visit,
        200,
        &json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": 1,
            "startIndex": 1,
            "itemsPerPage": 1,
            "Resources": [resource],
        }),
    )
}

async fn only(visit: &Visit, is_it: bool, resource: &Value) -> Result<Response, Problem> {
    ask(visit, Provision::Prove).await?;
    if is_it { scim(visit, 200, resource) } else { Err(Code::NotFound.into()) }
}

fn users_type(visit: &Visit) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
        "id": "User",
        "name": "User",
        "description": "A member of this organisation",
        "endpoint": "/Users",
        "schema": CORE_USER,
        "meta": { "resourceType": "ResourceType", "location": format!("{}/ResourceTypes/User", base(visit)) },
    })
}

/// What is kept of a user, and no more: attributes that are sent beside these are read past and forgotten.
fn users_schema(visit: &Visit) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": CORE_USER,
        "name": "User",
        "description": "A member. Other attributes than these, and externalId, are accepted and not kept; roles are given \
            by administrators alone.",
        "attributes": [
            {
                "name": "userName",
                "type": "string",
                "multiValued": false,
                "description": "1 to 64 of the characters a-z 0-9 . _ @ + and -, in lower case; where invitations go.",
                "required": true,
                "caseExact": false,
                "mutability": "immutable",
                "returned": "default",
                "uniqueness": "server",
            },
            {
                "name": "active",
                "type": "boolean",
                "multiValued": false,
                "description": "Whether she belongs. False ends everything of hers at once; true again invites her anew. \
                    Left out when she is made, it is true.",
                "required": true,
                "mutability": "readWrite",
                "returned": "default",
            },
        ],
        "meta": { "resourceType": "Schema", "location": format!("{}/Schemas/{CORE_USER}", base(visit)) },
    })
}
