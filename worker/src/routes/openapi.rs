//! The OpenAPI document, as the tests hold it against the running Worker. It is an asset: a thirteenth of the Worker's
//! weight would be a text that few ever ask for.

use worker::{Env, Request, Response, ResponseBuilder};

use crate::error::{Code, Problem};
use crate::object_ref::ASSETS;

/// The document.
pub(super) async fn document(request: &Request, env: &Env) -> Result<Response, Problem> {
    let mut url = request.url()?;
    url.set_path("/openapi.json");
    url.set_query(None);
    let mut asset = env.assets(ASSETS)?.fetch(url.as_str(), None).await?;
    if asset.status_code() != 200 {
        return Err(Problem::alarm_as(Code::Unavailable, "the OpenAPI document is not among the assets"));
    }
    let headers = ResponseBuilder::new().with_header("content-type", "application/json")?;
    Ok(headers.fixed(asset.bytes().await?))
}
