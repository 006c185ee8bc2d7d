//! Why something that software says is not taken, in the words of RFC 7644 §3.12.

/// A `scimType`, with what a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is no filter, or one that compares what cannot be compared.
    InvalidFilter,
    /// It is no path, or one into an attribute that has no parts.
    InvalidPath,
    /// It is not of the form that the protocol has.
    InvalidSyntax,
    /// A value of another type, or out of bounds.
    InvalidValue,
    /// What never changes was to be changed.
    Mutability,
    /// There is nothing at the path.
    NoTarget,
}

impl Fault {
    /// The protocol's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Fault::InvalidFilter => "invalidFilter",
            Fault::InvalidPath => "invalidPath",
            Fault::InvalidSyntax => "invalidSyntax",
            Fault::InvalidValue => "invalidValue",
            Fault::Mutability => "mutability",
            Fault::NoTarget => "noTarget",
        }
    }

    /// For a person to read.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Fault::InvalidFilter => "The filter is not one that can be read, or compares what cannot be compared.",
            Fault::InvalidPath => "The path is not one that can be read, or leads into an attribute that has no parts.",
            Fault::InvalidSyntax => "The request is not of the form that SCIM gives it (RFC 7644).",
            Fault::InvalidValue => "A value has another type than its attribute, or is out of bounds.",
            Fault::Mutability => {
                "A userName and an id stay as they are: here a name is who somebody is. Delete this user and create another."
            }
            Fault::NoTarget => "There is nothing at this path that could be removed.",
        }
    }
}
