//! The words of the pages: every language has each of them, with the same values in it and the plural forms that its
//! grammar wants; none is missing where a page says it, and none is said nowhere. And each page is served with the words
//! that it can say, in every language.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;
use std::{fs, iter};

use edge_mfa_tests::browser::{Browser, Look, PLAIN};
use edge_mfa_tests::{Edge, Value, edge, json};

use crate::CHROMIUM;
use crate::manners::fits;
use crate::steps::{Person, ready};

/// What a file says of its own language; the build reads it (crates/xtask/src/languages.rs).
const OF_ITSELF: [&str; 2] = ["language.name", "language.direction"];

#[test]
fn every_language_says_everything() {
    let languages = languages();
    let english = &languages["en"];
    assert!(english.len() > 1000, "the words are not where they were");
    let forms = plural_forms(languages.keys());
    let mut faults = Vec::new();
    for (code, words) in &languages {
        let (theirs, ours): (BTreeSet<_>, BTreeSet<_>) = (words.keys().collect(), english.keys().collect());
        faults.extend(ours.difference(&theirs).map(|key| format!("{code}: {key} is missing")));
        faults.extend(theirs.difference(&ours).map(|key| format!("{code}: {key} is in no other language")));
        for (key, message) in words.iter().filter(|(key, _)| !OF_ITSELF.contains(&key.as_str())) {
            let Some(original) = english.get(key) else { continue };
            faults.extend(faults_of(message, original, &forms[code]).map(|fault| format!("{code}: {key}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Against the English message.
fn faults_of(message: &Value, original: &Value, forms: &BTreeSet<String>) -> impl Iterator<Item = String> {
    let wanted = values_in(&texts(original).join(" "));
    let mut faults = Vec::new();
    match (message.as_object(), original.as_object()) {
        (Some(by_form), Some(_)) => {
            let theirs: BTreeSet<String> = by_form.keys().cloned().collect();
            if theirs != *forms {
                faults.push(format!("its forms are {theirs:?}, of this language {forms:?}"));
            }
        }
        (None, None) => {}
        _ => faults.push("it has plural forms in one language only".to_owned()),
    }
    for text in texts(message) {
        let mut values = values_in(text);
        // "One key" may be written without the number.
        if message.is_object() && wanted.contains("count") {
            values.insert("count".to_owned());
        }
        if values != wanted {
            faults.push(format!("{values:?} is in it, and not {wanted:?}"));
        }
        if text.trim() != text || text.is_empty() || text.contains("  ") {
            faults.push(format!("its spaces are wrong: {text:?}"));
        }
    }
    faults.into_iter()
}

#[test]
fn no_word_is_missing_and_none_is_said_nowhere() {
    let english = &languages()["en"];
    let said = Said::on_the_pages();
    let missing: Vec<_> = said.certainly.iter().filter(|key| !english.contains_key(*key)).collect();
    assert!(missing.is_empty(), "the pages say what no language has: {missing:?}");
    let never = english.keys().filter(|key| !OF_ITSELF.contains(&key.as_str()) && !said.has(key));
    let never: Vec<_> = never.collect();
    assert!(never.is_empty(), "no page says these: {never:?}");
}

/// What a page asks for and has not been served with would be shown as its key, or as another complaint than it is.
#[test]
fn a_page_is_served_with_every_word_that_it_says_in_every_language_and_with_no_other() {
    let releases = fs::read_dir(Edge::shared().pages().join("release")).expect("a folder");
    let releases: Vec<_> = releases.map(|entry| entry.expect("an entry").path()).collect();
    assert_eq!(releases.len(), 1, "{releases:?}");
    let languages = languages();
    let pages = named(&edge::checkout().join("www"), "html");
    assert!(pages.len() > 15, "the pages are not where they were");
    let mut faults = Vec::new();
    for (page, html) in &pages {
        let sections = html.split("<section ").flat_map(|text| text.split("</section>"));
        let of_the_page: String = sections.filter(|section| !section.contains("data-words=")).collect();
        let said = [(html, Reach::Ever), (&of_the_page, Reach::AtOnce)].map(|(html, reach)| {
            let said = Said::on_page(html, &modules_of(page, reach));
            languages["en"].keys().filter(|key| said.has_here(key)).collect::<BTreeSet<_>>()
        });
        let [said, said_at_once] = said;
        let on_demand = modules_on_demand(page);
        for (code, words) in &languages {
            let part = |name: &str| -> BTreeMap<String, Value> {
                let path = releases[0].join("words").join(code).join(format!("{name}.json"));
                serde_json::from_str(&fs::read_to_string(path).expect("a part for each page")).expect("JSON")
            };
            let at_once = part(page);
            let later: Vec<_> = on_demand.iter().map(|module| part(module)).collect();
            for (key, message) in words {
                let served: Vec<_> = iter::once(&at_once).chain(&later).filter_map(|part| part.get(key)).collect();
                if served.iter().any(|served| *served != message) {
                    faults.push(format!("{code}: {page} has another {key}"));
                }
                if served.is_empty() && said.contains(key) {
                    faults.push(format!("{code}: {page} says {key}, and has it not"));
                }
                if !served.is_empty() && !said.contains(key) {
                    faults.push(format!("{code}: {page} never says {key}, and has it"));
                }
                if !at_once.contains_key(key) && said_at_once.contains(key) {
                    faults.push(format!("{code}: {page} says {key} at once, and has it later"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The scripts that a page cannot start without, or those too that it may come to import.
#[derive(Clone, Copy, PartialEq)]
enum Reach {
    AtOnce,
    Ever,
}

/// The scripts of a page, as text: those that it names, and so on.
fn modules_of(page: &str, reach: Reach) -> Vec<String> {
    let scripts = named(&edge::checkout().join("www/scripts"), "js");
    let mut names = vec![page.to_owned()];
    let mut next = 0;
    while let Some(name) = names.get(next).cloned() {
        let text = match reach {
            Reach::AtOnce => scripts[&name].replace("import(\"./", ""),
            Reach::Ever => scripts[&name].clone(),
        };
        for quoted in text.split('"').filter_map(|it| it.strip_prefix("./")?.strip_suffix(".js")) {
            if !names.iter().any(|name| name == quoted) {
                names.push(quoted.to_owned());
            }
        }
        next += 1;
    }
    names.iter().map(|name| scripts[name].clone()).collect()
}

/// By their names. Each that can say anything fetches its words too.
fn modules_on_demand(page: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for script in modules_of(page, Reach::Ever) {
        for name in script.split("import(\"./").skip(1).filter_map(|rest| rest.split_once(".js\"")) {
            if script.contains(&format!("addWords(\"{}\")", name.0)) {
                names.insert(name.0.to_owned());
                continue;
            }
            let speaks = modules_of(name.0, Reach::Ever).iter().any(|module| module.contains("\"./language.js\""));
            assert!(!speaks, "{} comes without its words", name.0);
        }
    }
    names
}

#[test]
fn every_language_fits_on_a_small_phone_in_its_direction() {
    let browser = Browser::open(CHROMIUM, Look { dark: false, ..PLAIN });
    let small = json!({"width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": false});
    browser.devtools("Emulation.setDeviceMetricsOverride", small);
    let person = Person::invited();
    person.accept(&browser);
    for (code, words) in languages() {
        browser.run("localStorage.setItem('language', arguments[0])", json!([code]));
        browser.reload();
        ready(&browser);
        let direction = browser.run("return getComputedStyle(document.body).direction", json!([]));
        assert_eq!(direction, words["language.direction"], "{code}");
        assert_eq!(browser.run("return document.documentElement.lang", json!([])), code.as_str());
        fits(&browser);
        // Keys and codes are read and typed from left to right everywhere.
        let key = "return getComputedStyle(document.getElementById('typed-key')).direction";
        assert_eq!(browser.run(key, json!([])), "ltr", "{code}");
    }
}

/// What the pages say, as far as their source tells.
struct Said {
    /// In HTML, or whole in a call of `put` or `say`.
    certainly: BTreeSet<String>,
    /// Every text in a script; what is put together has its changing parts as `None`.
    perhaps: Vec<Vec<Option<String>>>,
    /// Every text in quotes, for names: those of forms and fields, keys among them.
    quoted: BTreeSet<String>,
}

/// What is put together of a name that the page gives to a form or a field: what stands before and after that.
const OF_A_NAME: [(&str, &str); 4] = [("empty.", ""), ("throttled.over_", ""), ("time_left.", ""), ("", ".problem.")];

impl Said {
    fn on_the_pages() -> Self {
        let www = edge::checkout().join("www");
        Self::by(&files(&www, "html"), &files(&www.join("scripts"), "js"))
    }

    fn on_page(html: &str, modules: &[String]) -> Self {
        Self::by(&[html.to_owned()], modules)
    }

    fn by(pages: &[String], scripts: &[String]) -> Self {
        let mut said = Self { certainly: BTreeSet::new(), perhaps: Vec::new(), quoted: BTreeSet::new() };
        for text in pages.iter().flat_map(|page| page.split('"')) {
            said.quoted.insert(text.to_owned());
        }
        // A dialog `sign-in-key` has a form `sign_in_key`.
        for text in scripts.iter().flat_map(|script| script.split(['"', '\n'])) {
            said.quoted.extend([text.to_owned(), text.replace('-', "_")]);
        }
        for page in pages {
            for attribute in ["data-say=\"", "data-say-label=\"", "data-title=\"", "data-busy=\""] {
                said.certainly
                    .extend(page.split(attribute).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
            }
        }
        for script in scripts {
            for start in ["say(\"", "say: \"", "heading: \"", "label: \"", "hint: \"", "submit: \"", "busy: \""] {
                let whole = script.split(start).skip(1).filter_map(|rest| rest.split_once('"'));
                said.certainly.extend(whole.map(|(key, _)| key.to_owned()).filter(|key| key.contains('.')));
            }
            for quote in ['"', '`'] {
                let texts = script.split(quote).skip(1).step_by(2).chain(script.split(quote).step_by(2));
                let patterns = texts.filter(|text| !text.contains('\n')).map(pattern);
                // Every key has a name and a dot, and none is put together of holes alone.
                let is_name = |text: &String| text.contains('.') && text.contains(char::is_alphabetic);
                said.perhaps.extend(patterns.filter(|pattern| pattern.iter().flatten().any(is_name)));
            }
        }
        said
    }

    fn has(&self, key: &str) -> bool {
        self.certainly.contains(key) || self.perhaps.iter().any(|pattern| fits_pattern(key, pattern))
    }

    /// The same for one page, on which no form and no field has another page's name.
    fn has_here(&self, key: &str) -> bool {
        if self.certainly.contains(key) || self.quoted.contains(key) {
            return true;
        }
        let is_code = |code: &str| self.quoted.contains(code) || api_says(code);
        if let Some(problem) = key.strip_prefix("problem.") {
            return match problem.split_once('.') {
                // The sentence about a reason goes where the code is known.
                Some((code, _)) => self.quoted.contains(code) && self.has(key),
                None => is_code(problem) && self.has(key),
            };
        }
        if let Some((_, problem)) = key.split_once(".problem.")
            && !is_code(problem.split('.').next().unwrap_or_default())
        {
            return false;
        }
        let named = OF_A_NAME.iter().filter_map(|(before, after)| {
            let rest = key.strip_prefix(before)?;
            if after.is_empty() { Some(rest) } else { Some(rest.split_once(after)?.0) }
        });
        let mut named = named.peekable();
        if named.peek().is_some() {
            return named.any(|name| self.quoted.contains(name)) && self.has(key);
        }
        self.has(key)
    }
}

/// `a.${b}.c` is `a.`, anything, `.c`.
fn pattern(text: &str) -> Vec<Option<String>> {
    let mut parts = text.split("${");
    let first = parts.next().map(|part| Some(part.to_owned()));
    let others = parts.flat_map(|part| [None, Some(part.split_once('}').map_or(part, |(_, rest)| rest).to_owned())]);
    first.into_iter().chain(others).collect()
}

fn fits_pattern(key: &str, pattern: &[Option<String>]) -> bool {
    match pattern {
        [] => key.is_empty(),
        [Some(text), rest @ ..] => key.strip_prefix(text.as_str()).is_some_and(|key| fits_pattern(key, rest)),
        [None, rest @ ..] => {
            key.char_indices().map(|(index, _)| &key[index..]).chain(iter::once("")).any(|key| fits_pattern(key, rest))
        }
    }
}

/// Whether the API's document knows a problem of this name.
fn api_says(code: &str) -> bool {
    static DOCUMENT: LazyLock<String> =
        LazyLock::new(|| fs::read_to_string(edge::checkout().join("www/openapi.json")).expect("the API's document"));
    DOCUMENT.contains(&format!("`{code}`"))
}

/// The words of each language, by its code.
fn languages() -> BTreeMap<String, BTreeMap<String, Value>> {
    let folder = edge::checkout().join("www/locales");
    let entries = fs::read_dir(&folder).expect("the words").map(|entry| entry.expect("an entry").path());
    let read = |path: &Path| serde_json::from_str(&fs::read_to_string(path).expect("a file")).expect("JSON");
    entries.map(|path| (path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), read(&path))).collect()
}

/// The forms that whole numbers take in each language, after Unicode's tables, which the browser holds.
fn plural_forms<'a>(codes: impl Iterator<Item = &'a String>) -> BTreeMap<String, BTreeSet<String>> {
    let browser = Browser::open(CHROMIUM, PLAIN);
    let script = "return Object.fromEntries(arguments[0].map((code) => {
        const rules = new Intl.PluralRules(code);
        return [code, [...new Set([...Array(20000).keys()].map((count) => rules.select(count))).add('other')]];
    }))";
    let forms = browser.run(script, json!([codes.collect::<Vec<_>>()]));
    serde_json::from_value(forms).expect("forms by language")
}

fn texts(message: &Value) -> Vec<&str> {
    let forms = message.as_object().into_iter().flat_map(|forms| forms.values());
    forms.chain(iter::once(message)).filter_map(Value::as_str).collect()
}

/// The names in braces.
fn values_in(text: &str) -> BTreeSet<String> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0.to_owned())).collect()
}

fn files(folder: &Path, kind: &str) -> Vec<String> {
    named(folder, kind).into_values().collect()
}

/// By their names without their kind.
fn named(folder: &Path, kind: &str) -> BTreeMap<String, String> {
    let paths = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let wanted = paths.filter(|path| path.extension().is_some_and(|extension| extension == kind));
    let name = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    wanted.map(|path| (name(&path), fs::read_to_string(path).expect("a file"))).collect()
}
