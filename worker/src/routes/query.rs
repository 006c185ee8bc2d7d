//! What stands after a path's question mark: words and numbers that say which part to show, never what to do.

use serde::de::DeserializeOwned;
use worker::Request;

use crate::error::{Code, Problem};
use crate::json;

/// Characters of one value. The longest that we give out ourselves is a KV cursor.
const LONGEST: usize = 512;

/// The parameters of one request.
pub(crate) struct Query<'a>(&'a [(String, String)]);

/// The parameters as they were sent.
pub(super) fn pairs(request: &Request) -> Result<Vec<(String, String)>, Problem> {
    let url = request.url()?;
    Ok(url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
}

impl<'a> Query<'a> {
    /// Takes them if they are known, given once and not too long.
    pub(crate) fn read(pairs: &'a [(String, String)], allowed: &[&'static str]) -> Result<Query<'a>, Problem> {
        for (position, (name, value)) in pairs.iter().enumerate() {
            let twice = pairs.iter().take(position).any(|(other, _)| other == name);
            if !allowed.contains(&name.as_str()) || twice || value.chars().count() > LONGEST {
                return Err(Code::BadRequest.into());
            }
        }
        Ok(Query(pairs))
    }

    /// A text; empty when it is not there.
    pub(crate) fn text(&self, name: &str) -> &'a str {
        self.some_text(name).unwrap_or_default()
    }

    /// A text that is there and not empty.
    pub(crate) fn some_text(&self, name: &str) -> Option<&'a str> {
        let found = self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str());
        found.filter(|value| !value.is_empty())
    }

    /// A whole number.
    pub(crate) fn number<T: core::str::FromStr>(&self, name: &'static str) -> Result<Option<T>, Problem> {
        self.some_text(name)
            .map(|text| text.parse().map_err(|_| Problem::from(Code::BadRequest).with("field", name)))
            .transpose()
    }

    /// One word of a set.
    pub(crate) fn word<T: DeserializeOwned>(&self, name: &'static str) -> Result<Option<T>, Problem> {
        self.some_text(name)
            .map(|text| json::word(text).map_err(|_| Problem::from(Code::BadRequest).with("field", name)))
            .transpose()
    }
}
