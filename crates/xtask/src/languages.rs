//! The list of languages for the pages, made from their words: adding a language is adding one file.

use crate::{Outcome, project};
use serde_json::{Map, Value, json};
use std::fs;

/// Where the pages import it from.
const MODULE: &str = "www/pkg/languages.js";

/// What a file of words says of its own language: its name as its speakers write it, "ltr" or "rtl".
const NAME: &str = "language.name";
const DIRECTION: &str = "language.direction";

/// Writes the module: for each file in `www/locales/`, by its name, the language's name and direction.
pub(crate) fn write() -> Outcome {
    let folder = project::root().join("www/locales");
    let unreadable = |error: std::io::Error| format!("{} cannot be read: {error}", folder.display());
    let mut languages = Map::new();
    for entry in fs::read_dir(&folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let code = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let described = described(&fs::read_to_string(&path).map_err(unreadable)?);
        languages.insert(code, described.map_err(|fault| format!("{}: {fault}", path.display()))?);
    }
    let module = format!(
        "// Made by `cargo xtask build` from www/locales/.\nexport const LANGUAGES = {languages:#};\n",
        languages = Value::Object(languages)
    );
    let path = project::root().join(MODULE);
    // The same again is not written: wrangler would take it for a change and load everything anew.
    if fs::read_to_string(&path).is_ok_and(|there| there == module) {
        return Ok(());
    }
    fs::write(&path, module).map_err(|error| format!("{MODULE} cannot be written: {error}"))
}

fn described(words: &str) -> Outcome<Value> {
    let words: Value = serde_json::from_str(words).map_err(|error| error.to_string())?;
    let name = words[NAME].as_str().filter(|name| !name.is_empty()).ok_or(format!("`{NAME}` is missing"))?;
    let direction = words[DIRECTION].as_str().filter(|direction| ["ltr", "rtl"].contains(direction));
    let direction = direction.ok_or(format!("`{DIRECTION}` has to be \"ltr\" or \"rtl\""))?;
    Ok(json!({"name": name, "direction": direction}))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_language_says_its_name_and_its_direction() {
        let described = super::described(r#"{"language.name": "Nederlands", "language.direction": "ltr", "a": "b"}"#);
        assert_eq!(described, Ok(super::json!({"name": "Nederlands", "direction": "ltr"})));
        for wrong in [
            "{",
            r#"{"language.direction": "ltr"}"#,
            r#"{"language.name": "", "language.direction": "ltr"}"#,
            r#"{"language.name": "Nederlands"}"#,
            r#"{"language.name": "Nederlands", "language.direction": "up"}"#,
        ] {
            assert!(super::described(wrong).is_err(), "{wrong}");
        }
    }
}
