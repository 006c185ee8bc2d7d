//! What is said about a user who is to be made or replaced.

use serde_json::{Map, Value};

use crate::filter::boolean;
use crate::{Attribute, CORE_USER, Fault};

/// The longest `externalId`, in characters: object ids and mail addresses of every directory fit.
pub const EXTERNAL_ID: usize = 255;

/// What of it is understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// As it was written.
    pub user_name: Option<String>,
    /// The outer `None`: nothing was said. The inner one: she has none.
    pub external_id: Option<Option<String>>,
    /// Whether she is to belong.
    pub active: Option<bool>,
}

impl Said {
    /// Takes what is said of one attribute. A text may be a boolean: Entra ID sends `"False"`.
    pub(crate) fn take(&mut self, attribute: &Attribute, value: &Value) -> Result<(), Fault> {
        match (attribute, value) {
            (Attribute::UserName, Value::String(text)) => self.user_name = Some(text.clone()),
            (Attribute::ExternalId, Value::Null) => self.external_id = Some(None),
            (Attribute::ExternalId, Value::String(text)) => self.external_id = Some(Some(external_id(text)?)),
            (Attribute::Active, Value::Bool(active)) => self.active = Some(*active),
            (Attribute::Active, Value::String(text)) => {
                self.active = Some(boolean(text).ok_or(Fault::InvalidValue)?);
            }
            (Attribute::UserName | Attribute::ExternalId | Attribute::Active, _) => return Err(Fault::InvalidValue),
            (Attribute::Id | Attribute::ResourceType | Attribute::Other, _) => {}
        }
        Ok(())
    }
}

/// Reads a user. Attributes that are not understood are read past, whatever is in them; an id is ours to give.
///
/// # Errors
/// [`Fault::InvalidSyntax`], [`Fault::InvalidValue`].
pub fn said(body: &[u8]) -> Result<Said, Fault> {
    let mut said = Said::default();
    let mut seen = Vec::new();
    for (name, value) in members(body)? {
        // Within a body the name of a schema is the name of an object of its attributes.
        let attribute = match name.contains([':', '.']) {
            true if name.eq_ignore_ascii_case(CORE_USER) => return Err(Fault::InvalidSyntax),
            true => Attribute::Other,
            false => Attribute::parse(&name).unwrap_or(Attribute::Other),
        };
        if attribute != Attribute::Other && seen.contains(&attribute) {
            return Err(Fault::InvalidSyntax);
        }
        said.take(&attribute, &value)?;
        seen.push(attribute);
    }
    Ok(said)
}

/// The same, of a user who is to be replaced: an `externalId` that is not said is none any more.
///
/// # Errors
/// As [`said`].
pub fn replaced(body: &[u8]) -> Result<Said, Fault> {
    let mut said = said(body)?;
    said.external_id.get_or_insert(None);
    Ok(said)
}

/// The members of an object.
pub(crate) fn members(body: &[u8]) -> Result<Map<String, Value>, Fault> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(Fault::InvalidSyntax),
    }
}

fn external_id(text: &str) -> Result<String, Fault> {
    let fits = (1..=EXTERNAL_ID).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err(Fault::InvalidValue) }
}
