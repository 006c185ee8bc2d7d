//! The name of an attribute: perhaps the schema that it is of, its name, perhaps a part of it.

/// The schema of users (RFC 7643 §4.1).
pub const CORE_USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// Its extension for employees (RFC 7643 §4.3): read past.
pub const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Which attribute is meant. Names are compared without regard to case (RFC 7643 §2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribute {
    /// `userName`.
    UserName,
    /// `externalId`.
    ExternalId,
    /// `id`.
    Id,
    /// `active`.
    Active,
    /// `meta.resourceType`.
    ResourceType,
    /// Any other: nobody has it.
    Other,
}

impl Attribute {
    /// Reads `[urn:]name[.part]`. `None` if it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Attribute> {
        // A schema's own name ends in "2.0:User": what follows its last colon is the attribute.
        let (schema, name) = match text.rsplit_once(':') {
            Some((schema, name)) => (Some(schema), name),
            None => (None, text),
        };
        if schema.is_some_and(|schema| !is_urn(schema)) {
            return None;
        }
        let (name, part) = match name.split_once('.') {
            Some((name, part)) => (name, Some(part)),
            None => (name, None),
        };
        if !is_name(name) || part.is_some_and(|part| !is_name(part)) {
            return None;
        }
        if schema.is_some_and(|schema| !schema.eq_ignore_ascii_case(CORE_USER)) {
            return Some(Attribute::Other);
        }
        Some(match (name.to_ascii_lowercase().as_str(), part) {
            ("username", None) => Attribute::UserName,
            ("externalid", None) => Attribute::ExternalId,
            ("id", None) => Attribute::Id,
            ("active", None) => Attribute::Active,
            ("meta", Some(part)) if part.eq_ignore_ascii_case("resourceType") => Attribute::ResourceType,
            ("username" | "externalid" | "id" | "active", Some(_)) => return None,
            _ => Attribute::Other,
        })
    }
}

/// `attrName` of RFC 7644: a letter, then letters, digits, `-`, `_`; and `$ref`.
fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'$')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn is_urn(text: &str) -> bool {
    text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'.' | b'-' | b'_'))
}
