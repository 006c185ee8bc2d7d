//! The parameters of a request, from its query or its form: each at most once (RFC 6749 §3.1).

use worker::{Request, Url};

use super::request;
use crate::error::{Code, Problem};
use crate::routes::guard;

/// The longest value of any: a request that we have sealed ourselves, which holds what was read before.
const LONGEST: usize = request::MAX_BYTES;

/// Names and values, decoded.
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Those of a query.
    pub(crate) fn of_query(pairs: &[(String, String)]) -> Result<Parameters, Problem> {
        Parameters::new(pairs.to_vec())
    }

    /// Those of a form (`application/x-www-form-urlencoded`).
    pub(super) async fn of_form(request: &mut Request) -> Result<Parameters, Problem> {
        let content_type = request.headers().get("content-type")?.unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Code::UnsupportedMediaType.into());
        }
        let body = guard::read_body(request, guard::LARGEST_BODY).await?;
        let text = core::str::from_utf8(&body.0).map_err(|_| Problem::from(Code::BadRequest))?;
        // A query and a form are written alike (URL Standard §5).
        let mut url = Url::parse("https://form.invalid/").map_err(|_| Problem::from(Code::Internal))?;
        url.set_query(Some(text));
        Parameters::new(url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    fn new(pairs: Vec<(String, String)>) -> Result<Parameters, Problem> {
        let is_twice =
            |(place, (name, _)): (usize, &(String, String))| pairs.iter().take(place).any(|(other, _)| other == name);
        if pairs.iter().enumerate().any(is_twice) || pairs.iter().any(|(_, value)| value.len() > LONGEST) {
            return Err(Code::BadRequest.into());
        }
        Ok(Parameters(pairs))
    }

    /// A value that is there and not empty: an empty one counts as none (RFC 6749 §3.1).
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str());
        found.filter(|value| !value.is_empty())
    }

    /// The words of a list (`scope`, `prompt`, `acr_values`).
    pub(super) fn words(&self, name: &str) -> Vec<&str> {
        self.find(name).unwrap_or_default().split(' ').filter(|word| !word.is_empty()).collect()
    }
}
