//! The languages of the pages, made from their words: adding a language is adding one file.

use super::{files, text};
use crate::Outcome;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// What a file of words says of its own language: its name as its speakers write it, "ltr" or "rtl".
const NAME: &str = "language.name";
const DIRECTION: &str = "language.direction";

/// The words of each language, by its code: the name of its file.
pub(super) fn read(folder: &Path) -> Outcome<BTreeMap<String, Map<String, Value>>> {
    let mut languages = BTreeMap::new();
    for path in files(folder)? {
        let code = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let words = serde_json::from_str(&text(&path)?).map_err(|fault| format!("{}: {fault}", path.display()))?;
        languages.insert(code, words);
    }
    Ok(languages)
}

/// The list that the pages import: for each language its name and direction.
pub(super) fn module(languages: &BTreeMap<String, Map<String, Value>>) -> Outcome<String> {
    let mut described = Map::new();
    for (code, words) in languages {
        described
            .insert(code.clone(), description(words).map_err(|fault| format!("www/locales/{code}.json: {fault}"))?);
    }
    Ok(format!("export const LANGUAGES={};\n", Value::Object(described)))
}

fn description(words: &Map<String, Value>) -> Outcome<Value> {
    let said = |key| words.get(key).and_then(Value::as_str);
    let name = said(NAME).filter(|name| !name.is_empty()).ok_or(format!("`{NAME}` is missing"))?;
    let direction = said(DIRECTION).filter(|direction| ["ltr", "rtl"].contains(direction));
    let direction = direction.ok_or(format!("`{DIRECTION}` has to be \"ltr\" or \"rtl\""))?;
    Ok(json!({"name": name, "direction": direction}))
}

#[cfg(test)]
mod tests {
    use super::{description, json};

    #[test]
    fn a_language_says_its_name_and_its_direction() {
        let described = |words: serde_json::Value| description(words.as_object().expect("words"));
        let dutch = json!({"language.name": "Nederlands", "language.direction": "ltr", "a": "b"});
        assert_eq!(described(dutch), Ok(json!({"name": "Nederlands", "direction": "ltr"})));
        for wrong in [
            json!({"language.direction": "ltr"}),
            json!({"language.name": "", "language.direction": "ltr"}),
            json!({"language.name": "Nederlands"}),
            json!({"language.name": "Nederlands", "language.direction": "up"}),
        ] {
            assert!(described(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
