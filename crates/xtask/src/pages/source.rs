//! The pages and their modules as they are written, and which needs which.

use super::{files, text};
use crate::Outcome;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What the build writes, and nobody has to read for words or imports.
const GENERATED: &str = "pkg/";

/// The style sheets that every page has, in this order. They are served as one.
pub(super) const ALWAYS: [&str; 3] = ["tokens", "page", "form"];

/// HTML by the page's name, modules by their path below `www/`.
pub(super) struct Source {
    pub(super) pages: BTreeMap<String, String>,
    pub(super) modules: BTreeMap<String, String>,
}

/// Which modules: those that a page cannot start without, or those too that it imports when it comes to need them.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Reach {
    AtOnce,
    Ever,
}

impl Source {
    pub(super) fn read(www: &Path) -> Outcome<Self> {
        let read = |folder: &Path, kind: &str| {
            let kept = files(folder)?.into_iter().filter(|file| file.extension().is_some_and(|it| it == kind));
            let name = |file: &Path| file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            kept.map(|file| Ok((name(&file), text(&file)?))).collect::<Outcome<BTreeMap<_, _>>>()
        };
        let scripts = read(&www.join("scripts"), "js")?.into_iter();
        let modules = scripts.map(|(name, text)| (format!("scripts/{name}.js"), text)).collect();
        Ok(Self { pages: read(www, "html")?, modules })
    }

    /// The page as it is served: its files from the folder of this release, and each of its modules asked for at once.
    pub(super) fn page(&self, name: &str, release: &str) -> Outcome<String> {
        let script = format!("  <script type=\"module\" src=\"/scripts/{name}.js\"></script>\n");
        let html = self.pages.get(name).ok_or(format!("there is no page `{name}`"))?;
        let (before, after) = html.split_once(&script).ok_or(format!("www/{name}.html has no line `{script}`"))?;
        let own = format!("scripts/{name}.js");
        let others = self.graph(name, Reach::AtOnce)?.into_iter().filter(|path| *path != own);
        let links: String = others.map(|path| format!("<link rel=\"modulepreload\" href=\"/{path}\">\n")).collect();
        let sheet = |name: &str| format!("  <link rel=\"stylesheet\" href=\"/styles/{name}.css\">\n");
        let always = ALWAYS.map(sheet).concat();
        if !before.contains(&always) {
            return Err(format!("www/{name}.html has not the style sheets of every page: {}", ALWAYS.join(", ")));
        }
        let before = before.replace(&always, &sheet(&ALWAYS.join("-")));
        let mut page = without_comments(&format!("{before}{script}{links}{after}"));
        for folder in ["scripts", "styles", "pkg"] {
            page = page.replace(&format!("=\"/{folder}/"), &format!("=\"/{release}/{folder}/"));
        }
        page = page.replace("=\"/favicon.svg\"", &format!("=\"/{release}/favicon.svg\""));
        Ok(page.lines().map(str::trim_start).flat_map(|line| [line, "\n"]).collect())
    }

    /// The names of the modules that a page imports when it comes to need them, or those do, and whose words are fetched
    /// with them; the others say nothing.
    pub(super) fn on_demand(&self, page: &str) -> Outcome<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        for path in self.graph(page, Reach::Ever)? {
            let module = self.modules.get(&path).map_or("", String::as_str);
            let names = on_demand(module).map(path_of).filter(|path| !path.starts_with(GENERATED));
            let names = names.map(|path| path.trim_start_matches("scripts/").trim_end_matches(".js").to_owned());
            found.extend(names.filter(|name| module.contains(&format!("addWords(\"{name}\")"))));
        }
        Ok(found)
    }

    /// The modules of a page or of one that is imported on demand, its own among them.
    pub(super) fn graph(&self, name: &str, reach: Reach) -> Outcome<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        let mut to_do = vec![format!("scripts/{name}.js")];
        while let Some(path) = to_do.pop() {
            if !found.insert(path.clone()) || path.starts_with(GENERATED) {
                continue;
            }
            let module = self.modules.get(&path).ok_or(format!("www/{path} is imported and not there"))?;
            to_do.extend(imports(module, reach).into_iter().map(path_of));
        }
        Ok(found)
    }
}

/// As they stand in the source: `./form.js`, `../pkg/languages.js`.
fn imports(module: &str, reach: Reach) -> Vec<&str> {
    let statements = module.split("\nimport ").skip(1).chain(module.strip_prefix("import "));
    let from = statements.filter_map(|rest| rest.split_once(";")?.0.rsplit('"').nth(1));
    from.chain(on_demand(module).filter(|_| reach == Reach::Ever)).collect()
}

fn on_demand(module: &str) -> impl Iterator<Item = &str> {
    module.split("import(\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0))
}

fn path_of(import: &str) -> String {
    match import.strip_prefix("../") {
        Some(path) => path.to_owned(),
        None => format!("scripts/{}", import.trim_start_matches("./")),
    }
}

fn without_comments(html: &str) -> String {
    let mut parts = html.split("<!--");
    let first = parts.next().unwrap_or_default();
    let others = parts.map(|part| part.split_once("-->").map_or(part, |(_, rest)| rest));
    std::iter::once(first).chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::{Reach, Source};

    fn source(page: &str, modules: &[(&str, &str)]) -> Source {
        let modules = modules.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        Source { pages: [("a".to_owned(), page.to_owned())].into(), modules }
    }

    #[test]
    fn a_page_needs_what_its_modules_import() {
        let modules = [
            (
                "scripts/a.js",
                "// A page.\n\nimport \"./b.js\";\nimport {\n  c,\n} from \"./c.js\";\nimport(\"./d.js\");\n",
            ),
            ("scripts/b.js", "import { c } from \"./c.js\";\n"),
            ("scripts/c.js", "import { L } from \"../pkg/languages.js\";\nimport { b } from \"./b.js\";\n"),
            ("scripts/d.js", "import { a } from \"./e.js\";\n"),
            ("scripts/e.js", ""),
            ("scripts/f.js", ""),
        ];
        let source = source("", &modules);
        let at_once = ["pkg/languages.js", "scripts/a.js", "scripts/b.js", "scripts/c.js"].map(str::to_owned);
        assert_eq!(source.graph("a", Reach::AtOnce), Ok(at_once.into()));
        let ever = source.graph("a", Reach::Ever).expect("modules");
        assert!(ever.contains("scripts/e.js") && !ever.contains("scripts/f.js"), "{ever:?}");
    }

    #[test]
    fn a_module_that_is_not_there_is_told() {
        let source = source("", &[("scripts/a.js", "import { b } from \"./b.js\";\n")]);
        assert_eq!(source.graph("a", Reach::AtOnce), Err("www/scripts/b.js is imported and not there".to_owned()));
    }

    #[test]
    fn a_page_asks_for_its_modules_at_once_and_from_its_release() {
        let html = "<head>\n  <link rel=\"stylesheet\" href=\"/styles/tokens.css\">\n  \
                    <link rel=\"stylesheet\" href=\"/styles/page.css\">\n  \
                    <link rel=\"stylesheet\" href=\"/styles/form.css\">\n  \
                    <script type=\"module\" src=\"/scripts/a.js\"></script>\n</head>\n<!-- why -->\n<p>One <b>two</b></p>\n";
        let modules = [("scripts/a.js", "import { b } from \"./b.js\";\n"), ("scripts/b.js", "")];
        let served = "<head>\n<link rel=\"stylesheet\" href=\"/release/1/styles/tokens-page-form.css\">\n\
                      <script type=\"module\" src=\"/release/1/scripts/a.js\"></script>\n\
                      <link rel=\"modulepreload\" href=\"/release/1/scripts/b.js\">\n</head>\n\n<p>One <b>two</b></p>\n";
        assert_eq!(source(html, &modules).page("a", "release/1"), Ok(served.to_owned()));
        assert!(source("<head>", &modules).page("a", "release/1").is_err(), "a page without its module");
    }
}
