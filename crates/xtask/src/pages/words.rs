//! The words that a page can say: of each language it gets those and no others, and a module that it imports on demand
//! brings its own.
//!
//! A key counts as said when it stands in the page's HTML or in one of its modules, whole and in quotes, or when a
//! template there fits it: `role.${role}` fits `role.member`. A hole of a template takes anything, since the server may
//! fill it; but the holes of `NAMED` take only words that stand in quotes on the same page, because what fills those is
//! written there: a form's name, a field's. The code of a problem is one of the API's, by its document, or stands in
//! quotes on the page that makes it. A sentence about a reason (`problem.CODE.REASON`) goes where the code is known.
//!
//! To a module on demand belongs what it says, with the modules that come along with it, and the `<section>`s that name
//! it in `data-words`; but not what the page can say already.

use super::source::{Reach, Source};
use crate::Outcome;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What is filled by a name that the page itself gives to a form or a field.
const NAMED: [&str; 3] = ["form", "field.name", "this.#name"];

/// How a problem is called.
const CODE: &str = "code";

/// The sentence about a reason. What fills its first hole is named.
const REASONED: &str = "problem.${code}.${reason}";

/// What is said, as far as the source tells.
#[derive(Clone, Default)]
struct Said {
    quoted: BTreeSet<String>,
    templates: Vec<Vec<Piece>>,
    /// What the API may call a problem.
    codes: BTreeSet<String>,
}

/// Of a template.
#[derive(Clone, PartialEq)]
enum Piece {
    Text(String),
    Anything,
    Code,
    Named,
}

impl Piece {
    /// With a name and a dot; a template of holes alone makes only a part of a key.
    fn is_of_a_key(&self) -> bool {
        matches!(self, Self::Text(text) if text.contains('.') && text.contains(char::is_alphabetic))
    }
}

/// The words of each page and of each module that is imported on demand, by its name, as they are served.
pub(super) fn parts(
    source: &Source,
    messages: &Map<String, Value>,
    document: &str,
) -> Outcome<BTreeMap<String, String>> {
    let mut parts = BTreeMap::new();
    // The document describes each code, called so, in its answers.
    let codes = document.split('`').map(str::to_owned).collect::<BTreeSet<_>>();
    for (page, html) in &source.pages {
        let mut here = Said { codes: codes.clone(), ..Said::default() };
        here.read_html(&of_the_page(html));
        here.read_modules(source, page)?;
        parts.insert(page.clone(), part(messages, |key| here.has(key)));
        for module in source.on_demand(page)? {
            let mut later = here.clone();
            later.read_html(&of_the_module(html, &module));
            later.read_modules(source, &module)?;
            let words = part(messages, |key| later.has(key) && !here.has(key));
            if parts.insert(module.clone(), words.clone()).is_some_and(|other| other != words) {
                return Err(format!("scripts/{module}.js is imported on demand by pages that want other words of it"));
            }
        }
    }
    Ok(parts)
}

fn part(messages: &Map<String, Value>, is_said: impl Fn(&str) -> bool) -> String {
    let kept = messages.iter().filter(|(key, _)| is_said(key));
    Value::Object(kept.map(|(key, message)| (key.clone(), message.clone())).collect()).to_string()
}

/// Without the sections of modules.
fn of_the_page(html: &str) -> String {
    sections(html).filter(|section| !section.contains(OF_A_MODULE)).collect()
}

fn of_the_module(html: &str, module: &str) -> String {
    let mark = format!("{OF_A_MODULE}{module}\"");
    sections(html).filter(|section| section.contains(&mark)).collect()
}

const OF_A_MODULE: &str = "data-words=\"";

/// Each section, and what is between two.
fn sections(html: &str) -> impl Iterator<Item = &str> {
    html.split("<section ").flat_map(|text| text.split("</section>"))
}

impl Said {
    fn read_html(&mut self, html: &str) {
        let values = html.split("=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0));
        self.quoted.extend(values.map(str::to_owned));
    }

    /// Of this module and those that it cannot start without.
    fn read_modules(&mut self, source: &Source, name: &str) -> Outcome {
        for path in source.graph(name, Reach::AtOnce)? {
            if let Some(module) = source.modules.get(&path) {
                self.read_module(module);
            }
        }
        Ok(())
    }

    fn read_module(&mut self, module: &str) {
        for line in module.lines() {
            let quoted = line.split('"').skip(1).step_by(2);
            // A dialog `sign-in-key` has a form `sign_in_key`.
            self.quoted.extend(quoted.flat_map(|word| [word.to_owned(), word.replace('-', "_")]));
            // Between any two of the marks, since templates stand in templates.
            let templates = line.split('`').filter(|text| text.contains("${")).map(pieces);
            let templates = templates.filter(|template| template.iter().any(Piece::is_of_a_key));
            self.templates.extend(templates);
        }
    }

    fn has(&self, key: &str) -> bool {
        self.quoted.contains(key) || self.templates.iter().any(|template| self.fits(key, template))
    }

    fn fits(&self, key: &str, template: &[Piece]) -> bool {
        let (first, rest) = match template {
            [] => return key.is_empty(),
            [Piece::Text(text), rest @ ..] => {
                return key.strip_prefix(text.as_str()).is_some_and(|key| self.fits(key, rest));
            }
            [first, rest @ ..] => (first, rest),
        };
        let takes = |filling: &str| match first {
            Piece::Code => self.codes.contains(filling) || self.quoted.contains(filling),
            Piece::Named => self.quoted.contains(filling),
            _ => true,
        };
        let ends = key.char_indices().map(|(at, _)| at).chain([key.len()]);
        let mut filled = ends.map(|at| key.split_at(at));
        filled.any(|(filling, key)| takes(filling) && self.fits(key, rest))
    }
}

/// `a.${b}.c` is `a.`, anything, `.c`.
fn pieces(template: &str) -> Vec<Piece> {
    let mut parts = template.split("${");
    let first = Piece::Text(parts.next().unwrap_or_default().to_owned());
    let others = parts.enumerate().flat_map(|(index, part)| {
        let (hole, text) = part.split_once('}').unwrap_or((part, ""));
        let is_named = NAMED.contains(&hole) || (template == REASONED && index == 0);
        let hole = match hole {
            _ if is_named => Piece::Named,
            CODE => Piece::Code,
            _ => Piece::Anything,
        };
        [hole, Piece::Text(text.to_owned())]
    });
    std::iter::once(first).chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::{Said, Source, parts};
    use serde_json::{Value, json};

    fn said() -> Said {
        let mut said = Said { codes: ["not_found".to_owned()].into(), ..Said::default() };
        said.read_html("<h1 data-say=\"a.heading\"></h1><input name=\"code\">");
        said.read_module(
            "put(it, \"a.text\");\nput(it, `role.${role}`);\nname: \"sign-in\",\ncode === \"throttled\"\n",
        );
        said.read_module(
            "return [`${form}.problem.${code}`, `empty.${field.name}`, `${say(\"a.file\")}-${name}.txt`];\n",
        );
        said.read_module("return `${cells.map((cell) => `'${cell}`).join(\",\")}`;\n");
        said.read_module("return [`problem.${code}.${reason}`, `problem.${code}`];\n");
        said
    }

    #[test]
    fn what_stands_there_and_what_can_be_put_together_is_said() {
        let of_the_server = ["role.member", "problem.not_found", "problem.throttled.address"];
        for key in
            ["a.heading", "a.text", "a.file", "sign_in.problem.not_found", "empty.code"].iter().chain(&of_the_server)
        {
            assert!(said().has(key), "{key}");
        }
    }

    #[test]
    fn what_belongs_to_other_pages_is_not() {
        for key in [
            "a.other",
            "roles.member",
            "code.heading",
            "invite.problem.offline",
            "empty.password",
            "role",
            "problem.clock_off.ahead",
        ] {
            assert!(!said().has(key), "{key}");
        }
    }

    #[test]
    fn a_module_on_demand_brings_what_the_page_lacks() {
        let html = "<h1 data-say=\"a.heading\"></h1>\n<section data-words=\"later\"><p data-say=\"b.text\"></p></section>\n\
                    <section><p data-say=\"a.text\"></p></section>";
        let modules = [
            ("a", "import { b } from \"./b.js\";\nimport(\"./later.js\"); addWords(\"later\");\n"),
            ("b", "say(\"a.word\");\n"),
            ("later", "import { b } from \"./b.js\";\nsay(\"b.word\", \"a.text\");\n"),
        ];
        let modules = modules.map(|(name, text)| (format!("scripts/{name}.js"), text.to_owned())).into();
        let source = Source { pages: [("a".to_owned(), html.to_owned())].into(), modules };
        let messages =
            ["a.heading", "a.text", "a.word", "b.text", "b.word", "c.word"].map(|key| (key.to_owned(), json!("")));
        let parts = parts(&source, &messages.into_iter().collect(), "").expect("parts");
        let keys = |part: &str| {
            let part: Value = serde_json::from_str(&parts[part]).expect("JSON");
            part.as_object().expect("messages").keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(keys("a"), ["a.heading", "a.text", "a.word"]);
        assert_eq!(keys("later"), ["b.text", "b.word"]);
    }
}
