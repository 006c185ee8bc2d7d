//! Filters: the grammar of RFC 7644 §3.4.2.2, whole.

use crate::{Attribute, Fault};

/// A value that is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text.
    Text(String),
    /// `true` or `false`.
    Boolean(bool),
    /// Nothing.
    Null,
    /// A number: no attribute of ours is one.
    Number,
}

/// How two texts are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `eq`
    Is,
    /// `ne`
    IsNot,
    /// `co`
    Contains,
    /// `sw`
    Starts,
    /// `ew`
    Ends,
    /// `gt`
    After,
    /// `ge`
    NotBefore,
    /// `lt`
    Before,
    /// `le`
    NotAfter,
}

impl Comparison {
    /// Whether the texts themselves have to be looked into.
    fn searches(self) -> bool {
        matches!(self, Comparison::Contains | Comparison::Starts | Comparison::Ends)
    }
}

/// Which users are meant.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All of them, or none.
    Whoever(bool),
    /// Whose attribute compares so with a text.
    Text(Attribute, Comparison, String),
    /// Who has this attribute.
    Has(Attribute),
    /// Who is active, or is not.
    Active(bool),
    /// Who is not meant by the other.
    Not(Box<Filter>),
    /// Who is meant by both.
    And(Box<Filter>, Box<Filter>),
    /// Who is meant by either.
    Or(Box<Filter>, Box<Filter>),
}

impl Filter {
    /// The longest that is read, in bytes.
    pub const LONGEST: usize = 1024;
    /// How deep parentheses and brackets may nest.
    pub const DEEPEST: usize = 8;
    /// How many comparisons it may have: what comes of it nests as deep as it is long.
    pub const MOST: usize = 16;
    /// How many of them may look into everybody's texts: no index helps there, and who answers has others waiting.
    pub const SEARCHES: usize = 2;

    /// Reads one.
    ///
    /// # Errors
    /// [`Fault::InvalidFilter`].
    pub fn parse(text: &str) -> Result<Filter, Fault> {
        if text.len() > Filter::LONGEST {
            return Err(Fault::InvalidFilter);
        }
        let mut reader = Reader { rest: text.trim_matches(' '), depth: 0, comparisons: 0, searches: 0 };
        let filter = reader.either()?;
        if reader.rest.is_empty() { Ok(filter) } else { Err(Fault::InvalidFilter) }
    }
}

/// What is still to be read. `pub(crate)` for paths, which are of the same grammar.
pub(crate) struct Reader<'a> {
    pub(crate) rest: &'a str,
    pub(crate) depth: usize,
    pub(crate) comparisons: usize,
    pub(crate) searches: usize,
}

impl<'a> Reader<'a> {
    fn either(&mut self) -> Result<Filter, Fault> {
        let mut filter = self.both()?;
        while self.word("or") {
            filter = Filter::Or(Box::new(filter), Box::new(self.both()?));
        }
        Ok(filter)
    }

    fn both(&mut self) -> Result<Filter, Fault> {
        let mut filter = self.one()?;
        while self.word("and") {
            filter = Filter::And(Box::new(filter), Box::new(self.one()?));
        }
        Ok(filter)
    }

    fn one(&mut self) -> Result<Filter, Fault> {
        self.spaces();
        let before = self.rest;
        if self.word("not") {
            if self.mark('(') {
                return Ok(Filter::Not(Box::new(self.within(')')?)));
            }
            // An attribute may be called so.
            self.rest = before;
        }
        if self.mark('(') { self.within(')') } else { self.comparison() }
    }

    /// A filter up to the mark that closes it.
    pub(crate) fn within(&mut self, close: char) -> Result<Filter, Fault> {
        self.depth += 1;
        if self.depth > Filter::DEEPEST {
            return Err(Fault::InvalidFilter);
        }
        let filter = self.either()?;
        self.depth -= 1;
        if self.mark(close) { Ok(filter) } else { Err(Fault::InvalidFilter) }
    }

    fn comparison(&mut self) -> Result<Filter, Fault> {
        self.comparisons += 1;
        if self.comparisons > Filter::MOST {
            return Err(Fault::InvalidFilter);
        }
        let mut attribute = Attribute::parse(self.token()).ok_or(Fault::InvalidFilter)?;
        if self.rest.starts_with('[') {
            self.mark('[');
            self.within(']')?;
            // What has parts that can be chosen among is nothing of ours: `emails[type eq "work"].value eq "x"`.
            if attribute != Attribute::Other {
                return Err(Fault::InvalidFilter);
            }
            if let Some(rest) = self.rest.strip_prefix('.') {
                self.rest = rest;
                Attribute::parse(self.token()).ok_or(Fault::InvalidFilter)?;
                attribute = Attribute::Other;
            } else {
                return Ok(Filter::Whoever(false));
            }
        }
        self.spaces();
        let operator = self.token().to_ascii_lowercase();
        if operator == "pr" {
            return Ok(match attribute {
                Attribute::Other => Filter::Whoever(false),
                Attribute::Active | Attribute::Id | Attribute::UserName | Attribute::ResourceType => {
                    Filter::Whoever(true)
                }
                Attribute::ExternalId => Filter::Has(attribute),
            });
        }
        let comparison = comparison(&operator).ok_or(Fault::InvalidFilter)?;
        let is_search = match attribute {
            Attribute::UserName | Attribute::ExternalId => comparison.searches(),
            // An id is made of two columns, and only as a whole a lookup.
            Attribute::Id => comparison != Comparison::Is,
            Attribute::Active | Attribute::ResourceType | Attribute::Other => false,
        };
        self.searches += usize::from(is_search);
        if self.searches > Filter::SEARCHES {
            return Err(Fault::InvalidFilter);
        }
        self.spaces();
        compared(attribute, comparison, self.value()?)
    }

    /// A value in JSON.
    fn value(&mut self) -> Result<Value, Fault> {
        if !self.rest.starts_with('"') {
            let token = self.rest.split([' ', ')', ']']).next().unwrap_or_default();
            self.rest = self.rest.get(token.len()..).unwrap_or_default();
            return match token.to_ascii_lowercase().as_str() {
                "true" => Ok(Value::Boolean(true)),
                "false" => Ok(Value::Boolean(false)),
                "null" => Ok(Value::Null),
                number => match serde_json::from_str::<serde_json::Number>(number) {
                    Ok(_) => Ok(Value::Number),
                    Err(_) => Err(Fault::InvalidFilter),
                },
            };
        }
        let mut escaped = false;
        let closing = self.rest.char_indices().skip(1).find(|(_, character)| {
            let closes = *character == '"' && !escaped;
            escaped = *character == '\\' && !escaped;
            closes
        });
        let (end, _) = closing.ok_or(Fault::InvalidFilter)?;
        let text = self.rest.get(..=end).unwrap_or_default();
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        serde_json::from_str(text).map(Value::Text).map_err(|_| Fault::InvalidFilter)
    }

    /// What a name or an operator may be made of; empty where there is none.
    pub(crate) fn token(&mut self) -> &'a str {
        let is_mark = |character: char| !character.is_ascii_alphanumeric() && !":._-$".contains(character);
        let end = self.rest.find(is_mark).unwrap_or(self.rest.len());
        let (token, rest) = self.rest.split_at(end);
        self.rest = rest;
        token
    }

    /// A word that stands by itself. Nothing is read if it is another.
    fn word(&mut self, word: &str) -> bool {
        let before = self.rest;
        self.spaces();
        if self.token().eq_ignore_ascii_case(word) {
            return true;
        }
        self.rest = before;
        false
    }

    /// A single mark, perhaps after spaces.
    fn mark(&mut self, mark: char) -> bool {
        let found = self.rest.trim_start_matches(' ').strip_prefix(mark);
        if let Some(rest) = found {
            self.rest = rest;
            // What may follow an opening mark begins at once; a `.` after a closing one does so too.
            if matches!(mark, '(' | '[') {
                self.spaces();
            }
        }
        found.is_some()
    }

    fn spaces(&mut self) {
        self.rest = self.rest.trim_start_matches(' ');
    }
}

fn comparison(operator: &str) -> Option<Comparison> {
    Some(match operator {
        "eq" => Comparison::Is,
        "ne" => Comparison::IsNot,
        "co" => Comparison::Contains,
        "sw" => Comparison::Starts,
        "ew" => Comparison::Ends,
        "gt" => Comparison::After,
        "ge" => Comparison::NotBefore,
        "lt" => Comparison::Before,
        "le" => Comparison::NotAfter,
        _ => return None,
    })
}

/// What comes of comparing. An attribute that nobody has compares with nothing, and is not anything.
fn compared(attribute: Attribute, comparison: Comparison, value: Value) -> Result<Filter, Fault> {
    let is = match comparison {
        Comparison::Is => Some(true),
        Comparison::IsNot => Some(false),
        _ => None,
    };
    Ok(match (attribute, value, is) {
        (Attribute::Other, Value::Null, Some(is)) => Filter::Whoever(is),
        (Attribute::Other, _, is) => Filter::Whoever(is == Some(false)),
        (Attribute::Active, Value::Boolean(active), Some(is)) => Filter::Active(active == is),
        // Booleans as texts, as Entra ID sends them elsewhere.
        (Attribute::Active, Value::Text(text), Some(is)) => match boolean(&text) {
            Some(active) => Filter::Active(active == is),
            None => return Err(Fault::InvalidFilter),
        },
        (Attribute::ExternalId, Value::Null, Some(true)) => Filter::Not(Box::new(Filter::Has(Attribute::ExternalId))),
        (Attribute::ExternalId, Value::Null, Some(false)) => Filter::Has(Attribute::ExternalId),
        (Attribute::UserName | Attribute::Id | Attribute::Active, Value::Null, Some(is)) => Filter::Whoever(!is),
        (Attribute::ResourceType, Value::Text(text), Some(is)) => Filter::Whoever((text == "User") == is),
        (Attribute::UserName, Value::Text(text), _) => {
            // Not `caseExact`; every username is in lower case.
            Filter::Text(Attribute::UserName, comparison, text.to_ascii_lowercase())
        }
        (attribute @ (Attribute::ExternalId | Attribute::Id), Value::Text(text), _) => {
            Filter::Text(attribute, comparison, text)
        }
        _ => return Err(Fault::InvalidFilter),
    })
}

/// `true` and `false` as texts, in any case.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}
