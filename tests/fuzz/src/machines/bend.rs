//! Records that no honest history leads to: a stored form with a number, a word or a list bent out of shape.

use arbitrary::{Arbitrary, Unstructured};
use serde_json::Value;

/// One bend.
#[derive(Arbitrary, Debug)]
pub(super) struct Bend {
    leaf: u16,
    to: Shape,
}

#[derive(Arbitrary, Debug)]
enum Shape {
    Number(u64),
    SmallNumber(u8),
    Largest,
    Flag(bool),
    Nothing,
    /// A list or text as long again.
    Twice,
    /// A list without its first.
    Shorter,
}

/// The record with some bends in it.
pub(super) fn bent(mut record: Value, u: &mut Unstructured<'_>) -> arbitrary::Result<Value> {
    for _ in 0..u.int_in_range(1..=8)? {
        let bend = Bend::arbitrary(u)?;
        let count = count(&record);
        put(&mut record, &mut (usize::from(bend.leaf) % count.max(1)), &bend.to);
    }
    Ok(record)
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(all) => 1 + all.iter().map(count).sum::<usize>(),
        Value::Object(all) => all.values().map(count).sum(),
        _ => 1,
    }
}

/// Bends the part whose turn it is when `left` has come down to nothing.
fn put(value: &mut Value, left: &mut usize, shape: &Shape) -> bool {
    if let Value::Object(all) = value {
        return all.values_mut().any(|value| put(value, left, shape));
    }
    if *left > 0 {
        *left -= 1;
        return match value {
            Value::Array(all) => all.iter_mut().any(|value| put(value, left, shape)),
            _ => false,
        };
    }
    match (shape, value) {
        (Shape::Twice, Value::Array(all)) => all.extend(all.clone()),
        (Shape::Shorter, Value::Array(all)) if !all.is_empty() => drop(all.remove(0)),
        (Shape::Twice, Value::String(text)) => *text = text.repeat(2),
        (Shape::Number(number), value) => *value = Value::from(*number),
        (Shape::SmallNumber(number), value) => *value = Value::from(*number),
        (Shape::Largest, value) => *value = Value::from(u64::MAX),
        (Shape::Flag(flag), value) => *value = Value::from(*flag),
        (Shape::Nothing | Shape::Twice | Shape::Shorter, value) => *value = Value::Null,
    }
    true
}
