//! Pages and other files: headers, and what must not be served.

use std::path::Path;

use edge_mfa_tests::edge::checkout;
use edge_mfa_tests::{Answer, Client, Edge, Tenant, needles};

/// The policy of every page, directive by directive.
const POLICY: [&str; 10] = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
];

/// The pages of a tenant.
const PAGES: [&str; 14] = [
    "sign-in",
    "enrol",
    "account",
    "invitation",
    "forgot",
    "password",
    "confirm",
    "second-factor",
    "sign-out",
    "settings",
    "set-up",
    "applications",
    "members",
    "audit",
];

fn has_strict_headers(answer: &Answer) {
    let policy = answer.header("content-security-policy").unwrap_or_default();
    let directives: Vec<_> = policy.split(';').map(str::trim).collect();
    assert_eq!(directives, POLICY, "{}", answer.path);
    let is = |name: &str, value: &str| assert_eq!(answer.header(name), Some(value), "{answer}");
    is("x-content-type-options", "nosniff");
    is("referrer-policy", "no-referrer");
    is("cross-origin-opener-policy", "same-origin");
    is("cross-origin-resource-policy", "same-origin");
    let hsts = answer.header("strict-transport-security").unwrap_or_default();
    let age = hsts.trim_start_matches("max-age=").split(';').next().unwrap_or_default();
    assert!(age.parse::<u64>().is_ok_and(|seconds| seconds >= 31_536_000), "a year: {hsts}");
    assert!(answer.header("permissions-policy").is_some_and(|it| it.contains("camera=()")));
    assert!(answer.cookies().is_empty(), "a page sets no cookie: {answer}");
}

#[test]
fn h07_h10_every_page_has_the_strict_headers() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    let pages = PAGES.map(|page| tenant.page(page));
    for page in pages.iter().map(String::as_str).chain(["/"]) {
        let answer = client.get(page);
        assert_eq!(answer.status, 200, "{page}: {answer}");
        has_strict_headers(&answer);
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{answer}");
        let kind = answer.header("content-type").unwrap_or_default().to_lowercase();
        assert_eq!(kind, "text/html; charset=utf-8", "{answer}");
        nothing_inline(&answer);
    }
}

fn nothing_inline(answer: &Answer) {
    let text = answer.text().to_lowercase();
    for bad in [" style=", "<style", " onclick=", " onload=", " onsubmit=", "javascript:"] {
        assert!(!text.contains(bad), "{bad} in {}", answer.path);
    }
    for script in text.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap_or_default();
        assert!(tag.contains("src=\"/"), "an inline or foreign script in {}", answer.path);
    }
    for foreign in ["src=\"http", "href=\"http", "src=\"//", "href=\"//", "url(http"] {
        assert!(!text.contains(foreign), "another origin in {}", answer.path);
    }
}

#[test]
fn scripts_styles_words_and_the_module_are_served_with_strict_headers_and_kept_for_good() {
    let client = Client::new(Edge::shared());
    let releases = Edge::shared().pages().join("release");
    let files = needles::files(&releases);
    for folder in ["scripts", "styles", "words", "pkg"] {
        let is_there = files.iter().any(|(file, _)| file.components().any(|part| part.as_os_str() == folder));
        assert!(is_there, "{folder} is empty");
    }
    for (file, bytes) in &files {
        let path = file.strip_prefix(Edge::shared().pages()).expect("below the assets");
        let answer = client.get(&format!("/{}", path.display()));
        assert_eq!((answer.status, &answer.body), (200, bytes), "{}", answer.path);
        has_strict_headers(&answer);
        assert_eq!(kind(&answer), expected_kind(file), "{}", answer.path);
        let kept = answer.header("cache-control");
        assert_eq!(kept, Some("public, max-age=31536000, immutable"), "{}", answer.path);
    }
}

/// A page is of one build, and links to nothing else: what is kept for good never goes with another build's page.
#[test]
fn a_page_loads_the_files_of_its_own_build_all_at_once() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    let releases = std::fs::read_dir(Edge::shared().pages().join("release")).expect("a folder");
    let [release] = &releases.map(|entry| entry.expect("an entry").file_name()).collect::<Vec<_>>()[..] else {
        panic!("there is more than one release, or none");
    };
    let release = format!("/release/{}/", release.to_string_lossy());
    for page in PAGES.map(|page| tenant.page(page)).iter().map(String::as_str).chain(["/", "/nothing"]) {
        let html = client.get(page).text();
        let links: Vec<_> =
            html.split(['\n', '>']).filter(|tag| tag.contains("<link ") || tag.contains("<script ")).collect();
        let ours = links.iter().filter(|tag| tag.contains(&format!("=\"{release}"))).count();
        assert_eq!(ours, links.len(), "not all is from {release}: {links:#?}");
        // Each module that another imports is named in the page, so that it is not waited for twice.
        let mut to_read: Vec<String> =
            links.iter().filter_map(|tag| Some(tag.split_once("src=\"")?.1)).map(address).collect();
        assert_eq!(to_read.len(), 1, "{page}");
        let mut read = Vec::new();
        while let Some(module) = to_read.pop() {
            if read.contains(&module) {
                continue;
            }
            assert!(html.contains(&format!("\"{module}\"")), "{page} does not name {module}");
            to_read.extend(imports(&client.get(&module).text(), &module));
            read.push(module);
        }
        let named = links.iter().filter(|tag| tag.contains("modulepreload")).count();
        assert_eq!(named + 1, read.len(), "{page} names modules that it can start without");
    }
}

/// Up to the quote.
fn address(rest: &str) -> String {
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// The addresses of what a module imports before it starts: `import{a}from"./b.js"`, but no `import("./b.js")`.
fn imports(module: &str, of: &str) -> Vec<String> {
    let folder = of.rsplit_once('/').map_or("", |(folder, _)| folder);
    let above = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
    let statements =
        module.split(';').map(str::trim_start).filter(|it| it.starts_with("import") && !it.starts_with("import("));
    let paths = statements.filter_map(|it| it.rsplit('"').nth(1));
    let whole = |path: &str| match path.strip_prefix("../") {
        Some(path) => format!("{above}/{path}"),
        None => format!("{folder}/{}", path.trim_start_matches("./")),
    };
    paths.map(whole).collect()
}

/// What the asset server answers by itself has the headers that the Worker sets, word for word.
#[test]
fn www_headers_are_the_workers_headers() {
    let text = std::fs::read_to_string(checkout().join("www/_headers")).expect("www/_headers");
    let ours = Client::new(Edge::shared()).get("/");
    let (everywhere, _) = text.split_once("\n/release/*").expect("what holds everywhere comes first");
    let pairs: Vec<_> =
        everywhere.lines().filter(|line| !line.starts_with('#')).filter_map(|it| it.split_once(": ")).collect();
    assert_eq!(pairs.len(), 8, "every strict header");
    for (name, value) in pairs {
        assert_eq!(ours.header(&name.trim().to_lowercase()), Some(value.trim()), "{name}");
    }
}

fn kind(answer: &Answer) -> String {
    let kind = answer.header("content-type").unwrap_or_default();
    kind.split(';').next().unwrap_or_default().to_owned()
}

fn expected_kind(file: &Path) -> &'static str {
    match file.extension().and_then(|it| it.to_str()) {
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        _ => "a kind that the browser does not need",
    }
}

#[test]
fn what_is_not_for_browsers_is_not_served() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    for path in [
        "/.assetsignore",
        "/.dev.vars",
        "/.env",
        "/.gitignore",
        "/pkg/mfa_web.js",
        "/release/",
        "/_headers",
        "/_redirects",
        "/_worker.js",
        "/wrangler.toml",
        "/../wrangler.toml",
        "/%2e%2e/wrangler.toml",
        "/Cargo.toml",
        "/scripts/",
        "/nothing",
        "/t/",
        "/t/x",
        &tenant.page("nothing"),
        &tenant.page(""),
    ] {
        let answer = client.get(path);
        assert_eq!(answer.status, 404, "{path}: {answer}");
    }
}

#[test]
fn the_demo_phone_is_no_part_of_what_is_deployed() {
    let client = Client::new(Edge::shared());
    let phone = checkout().join("crates/demo-phone/www");
    let ours: Vec<_> = needles::files(&Edge::shared().pages());
    let ours: Vec<_> = ours.iter().map(|(_, bytes)| bytes).collect();
    // Files that the edge has of its own (robots.txt, say) tell nothing.
    let mut files = needles::files(&phone);
    files.retain(|(_, bytes)| !ours.contains(&bytes));
    assert!(files.len() > 2, "the demo phone has no pages: this test looks in the wrong place");
    for (file, bytes) in &files {
        let name = file.strip_prefix(&phone).expect("below the folder").display();
        for path in [format!("/{name}"), format!("/phone/{name}"), format!("/demo-phone/{name}")] {
            let answer = client.get(&path);
            assert!(answer.status == 404 || answer.body != *bytes, "{path} serves the demo phone");
        }
    }
    for folder in ["worker/assets", "worker/build"] {
        for (file, bytes) in needles::files(&checkout().join(folder)) {
            let mentions = ["demo_phone", "phone_code"]
                .iter()
                .any(|word| bytes.windows(word.len()).any(|window| window == word.as_bytes()));
            assert!(!mentions, "{} carries the demo phone", file.display());
        }
    }
}
