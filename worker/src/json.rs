//! Reading JSON, in one way for everything that is read: bodies, what objects say to each other, what they keep.
//!
//! serde makes the code that reads a type anew for each kind of reader, and each reader of serde_json takes a type in
//! two forms, as an object and as an array of its members. So what is read is parsed into one tree first, by
//! serde_json, and every type is read from that tree alone, as an object alone. Half of the Worker's code for
//! reading were such repetitions.
//!
//! Whatever was in the tree is wiped with it: it may have been a password.

#[cfg(test)]
mod tests;

use core::fmt;

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};
use zeroize::Zeroize;

/// Reads a value, whole. Members that come twice or are unknown are the type's affair, as with any reader of serde.
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> Result<T, Unfit> {
    tree(json)?.read()
}

/// The same of bytes that may be no text. Why it is none is no matter where this is asked.
pub(crate) fn read_bytes<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    read(core::str::from_utf8(json).ok()?).ok()
}

/// Parses a text, to read it afterwards, perhaps in parts.
pub(crate) fn tree(json: &str) -> Result<Tree, Unfit> {
    serde_json::from_str(json).map_err(|_| Unfit::default())
}

/// One word of a set.
pub(crate) fn word<T: DeserializeOwned>(word: &str) -> Result<T, Unfit> {
    T::deserialize(Name(word))
}

/// What does not fit, by the name of the outermost member in which it is, or of the one that is missing; never by what
/// was sent.
#[derive(Debug, Default)]
pub(crate) struct Unfit {
    member: Option<String>,
    missing: bool,
}

impl Unfit {
    /// The member that it is about.
    pub(crate) fn member(&self) -> Option<&str> {
        self.member.as_deref()
    }

    /// The same, seen from the object in which it happened.
    fn within(self, member: &str) -> Unfit {
        if self.missing { self } else { Unfit { member: Some(member.to_owned()), missing: false } }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JSON that does not fit, at `{}`", self.member().unwrap_or_default())
    }
}

impl core::error::Error for Unfit {}

impl Error for Unfit {
    // What serde and the types would say is not formatted: it may quote what was sent, and nobody reads it.
    fn custom<T: fmt::Display>(_: T) -> Unfit {
        Unfit::default()
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Unfit {
        Unfit { member: Some(field.to_owned()), missing: false }
    }

    fn missing_field(field: &'static str) -> Unfit {
        Unfit { member: Some(field.to_owned()), missing: true }
    }

    fn duplicate_field(field: &'static str) -> Unfit {
        Unfit { member: Some(field.to_owned()), missing: false }
    }
}

/// A value as it was parsed. The members of an object stay as they came, twice if they came twice.
pub(crate) enum Tree {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(String),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl Tree {
    /// Reads it.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Unfit> {
        T::deserialize(self)
    }

    /// Whether it is an object.
    pub(crate) fn is_object(&self) -> bool {
        matches!(self, Tree::Object(_))
    }

    fn number<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Unfit> {
        match *self {
            Tree::Unsigned(number) => visitor.visit_u64(number),
            Tree::Signed(number) => visitor.visit_i64(number),
            Tree::Float(number) => visitor.visit_f64(number),
            _ => Err(Unfit::default()),
        }
    }

    fn text<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Unfit> {
        match self {
            Tree::Text(text) => visitor.visit_str(text),
            _ => Err(Unfit::default()),
        }
    }

    fn array<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Unfit> {
        let Tree::Array(items) = self else { return Err(Unfit::default()) };
        let mut items = Items(items.iter());
        let read = visitor.visit_seq(&mut items)?;
        if items.0.len() == 0 { Ok(read) } else { Err(Unfit::default()) }
    }

    fn object<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Unfit> {
        let Tree::Object(members) = self else { return Err(Unfit::default()) };
        visitor.visit_map(Members { members: members.iter(), next: None })
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        if let Tree::Text(text) = self {
            text.zeroize();
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(Grower)
    }
}

struct Grower;

impl<'de> Visitor<'de> for Grower {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, bool: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(bool))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Tree, E> {
        Ok(Tree::Unsigned(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Tree, E> {
        Ok(Tree::Signed(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Tree, E> {
        Ok(Tree::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element()? {
            array.push(item);
        }
        Ok(Tree::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Tree, A::Error> {
        let mut object = Vec::new();
        while let Some(member) = members.next_entry()? {
            object.push(member);
        }
        Ok(Tree::Object(object))
    }
}

impl<'de> Deserializer<'de> for &Tree {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self {
            Tree::Null => visitor.visit_unit(),
            Tree::Bool(bool) => visitor.visit_bool(*bool),
            Tree::Unsigned(_) | Tree::Signed(_) | Tree::Float(_) => self.number(visitor),
            Tree::Text(_) => self.text(visitor),
            Tree::Array(_) => self.array(visitor),
            Tree::Object(_) => self.object(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self {
            Tree::Bool(bool) => visitor.visit_bool(*bool),
            _ => Err(Unfit::default()),
        }
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.number(visitor)
    }

    fn deserialize_i16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.number(visitor)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.number(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.number(visitor)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.number(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.number(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.number(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.number(visitor)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.number(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.number(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.text(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.text(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.text(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.text(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self {
            Tree::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self {
            Tree::Null => visitor.visit_unit(),
            _ => Err(Unfit::default()),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.array(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unfit> {
        self.array(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.array(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.object(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.object(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        match self {
            Tree::Text(variant) => visitor.visit_enum(Chosen { variant, content: None }),
            Tree::Object(members) => match members.as_slice() {
                [(variant, content)] => visitor.visit_enum(Chosen { variant, content: Some(content) }),
                _ => Err(Unfit::default()),
            },
            _ => Err(Unfit::default()),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { i128 u128 bytes byte_buf }
}

/// The items of an array, in their order.
struct Items<'a>(core::slice::Iter<'a, Tree>);

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Unfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unfit> {
        self.0.next().map(|item| seed.deserialize(item)).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// The members of an object, in their order.
struct Members<'a> {
    members: core::slice::Iter<'a, (String, Tree)>,
    next: Option<(&'a str, &'a Tree)>,
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Unfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unfit> {
        self.next = self.members.next().map(|(name, value)| (name.as_str(), value));
        self.next.map(|(name, _)| seed.deserialize(Name(name))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unfit> {
        let (name, value) = self.next.take().ok_or_else(Unfit::default)?;
        seed.deserialize(value).map_err(|unfit| unfit.within(name))
    }
}

/// A member's name, or a word.
struct Name<'a>(&'a str);

impl<'de> Deserializer<'de> for Name<'_> {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_str(self.0)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq
        tuple tuple_struct map struct identifier ignored_any
    }
}

/// A variant of an enumeration.
struct Chosen<'a> {
    variant: &'a str,
    content: Option<&'a Tree>,
}

impl<'de, 'a> EnumAccess<'de> for Chosen<'a> {
    type Error = Unfit;
    type Variant = Content<'a>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Content<'a>), Unfit> {
        Ok((seed.deserialize(Name(self.variant))?, Content(self.content)))
    }
}

/// What a variant holds.
struct Content<'a>(Option<&'a Tree>);

impl Content<'_> {
    fn tree(&self) -> Result<&Tree, Unfit> {
        self.0.ok_or_else(Unfit::default)
    }
}

impl<'de> VariantAccess<'de> for Content<'_> {
    type Error = Unfit;

    fn unit_variant(self) -> Result<(), Unfit> {
        if matches!(self.0, None | Some(Tree::Null)) { Ok(()) } else { Err(Unfit::default()) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Unfit> {
        seed.deserialize(self.tree()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unfit> {
        self.tree()?.array(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Unfit> {
        self.tree()?.object(visitor)
    }
}
