//! Which attributes an answer has: `attributes` and `excludedAttributes` (RFC 7644 §3.9).

use serde_json::{Map, Value};

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// What is answered to everybody.
    Usual,
    /// These, and what is always there.
    Only(Vec<String>),
    /// All but these.
    Without(Vec<String>),
}

/// Always there (`returned: always`).
const ALWAYS: [&str; 2] = ["schemas", "id"];

impl Selection {
    /// From the two lists. Of both, the first counts: they exclude each other.
    #[must_use]
    pub fn new<'a>(attributes: impl Iterator<Item = &'a str>, excluded: impl Iterator<Item = &'a str>) -> Selection {
        let names = |names: &mut dyn Iterator<Item = &'a str>| -> Vec<String> {
            names.map(|name| top(name.trim())).filter(|name| !name.is_empty()).collect()
        };
        let (attributes, excluded) = (names(&mut { attributes }), names(&mut { excluded }));
        match (attributes.is_empty(), excluded.is_empty()) {
            (false, _) => Selection::Only(attributes),
            (true, false) => Selection::Without(excluded),
            (true, true) => Selection::Usual,
        }
    }

    /// Leaves out of a resource what was not asked for.
    pub fn apply(&self, resource: &mut Map<String, Value>) {
        let named = |names: &[String], key: &str| names.iter().any(|name| name.eq_ignore_ascii_case(key));
        match self {
            Selection::Usual => {}
            Selection::Only(names) => resource.retain(|key, _| ALWAYS.contains(&key.as_str()) || named(names, key)),
            Selection::Without(names) => {
                resource.retain(|key, _| ALWAYS.contains(&key.as_str()) || !named(names, key));
            }
        }
    }
}

/// The attribute at the top that a name belongs to, without its schema.
fn top(name: &str) -> String {
    let name = name.rsplit_once(':').map_or(name, |(_, name)| name);
    name.split_once('.').map_or(name, |(name, _)| name).to_owned()
}
