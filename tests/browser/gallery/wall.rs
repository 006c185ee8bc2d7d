//! Where a state of a page is hung up: pictured, outlined and looked at as everybody should be able to use it.

use std::cell::{Cell, RefCell};
use std::fs;
use std::ops::Deref;
use std::path::PathBuf;
use std::time::Duration;

use edge_mfa_tests::browser::{Browser, Kind, PLAIN};
use edge_mfa_tests::colour_picture::Picture;
use edge_mfa_tests::edge::checkout;
use edge_mfa_tests::phone::now;
use edge_mfa_tests::{Edge, Value, json};

use super::look::{self, SCREENS};
use super::tree;
use crate::manners::{accessible, fits};

/// Runs before the scripts of each page.
const STILL: &str = include_str!("still.js");

/// How many colours a kept picture has.
const COLOURS: usize = 16;

/// Set to `keep`, what is seen is kept, compared with nothing, and put into `SEEN` at its own size to be looked at.
const WISH: &str = "EDGE_MFA_GALLERY";

/// What is compared with, and what was seen instead.
const KEPT: &str = "tests/browser/gallery/kept";
const SEEN: &str = "target/gallery";

/// The desktop that the states are reached on.
const DESK: (u64, u64) = (1280, 800);

/// The narrowest page (WCAG 2.2 SC 1.4.10), and a desktop's at 200 % (SC 1.4.4).
const NARROW: [(u64, u64, u64); 2] = [(320, 640, 1), (640, 400, 2)];

/// "Wait half a minute", as the edge says it.
pub fn throttled() -> Value {
    json!({"code": "throttled", "retry_after_seconds": 30})
}

/// In four minutes, in Unix seconds: what ends then has not ended yet.
pub fn soon() -> u64 {
    now() + 240
}

/// A browser whose pages are hung up, each under a name of its own.
pub struct Wall {
    browser: Browser,
    answers: RefCell<Option<String>>,
    medium: Cell<&'static str>,
    faults: RefCell<Vec<String>>,
}

impl Wall {
    /// An empty one.
    pub fn open() -> Self {
        let browser = Browser::open(Kind::Chromium, PLAIN);
        browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": STILL}));
        let wall = Self { browser, answers: RefCell::default(), medium: Cell::default(), faults: RefCell::default() };
        wall.paint(false);
        look::hold(&wall, DESK.0, DESK.1, 1);
        wall
    }

    /// Opens an address of the edge, whatever stage it shows.
    pub fn go_to(&self, path: &str) {
        // From elsewhere: an address with another fragment alone would load nothing.
        self.go("about:blank");
        self.go(&format!("{}{path}", Edge::shared().door().origin()));
    }

    /// From now on fetches whose path ends so are answered so, and not by the edge: `[path, status, body]`, where the
    /// status may be "never" or "offline". What is real is better; this is for what takes minutes, or a failure of ours.
    pub fn pretend(&self, answers: Value) {
        self.be_honest();
        let source = format!("window.galleryAnswers = {answers}");
        self.run(&source, json!([]));
        let added = self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": source}));
        *self.answers.borrow_mut() = added["identifier"].as_str().map(str::to_owned);
    }

    /// The edge answers everything again.
    pub fn be_honest(&self) {
        if let Some(identifier) = self.answers.borrow_mut().take() {
            self.devtools("Page.removeScriptToEvaluateOnNewDocument", json!({"identifier": identifier}));
            self.run("delete window.galleryAnswers", json!([]));
        }
    }

    /// Whatever is opened meanwhile runs no script of its own.
    pub fn without_javascript(&self, look: impl FnOnce()) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({"value": true}));
        look();
        self.devtools("Emulation.setScriptExecutionDisabled", json!({"value": false}));
    }

    /// As if it were held in a hand: touched, not pointed at.
    pub fn like_a_phone(&self, look: impl FnOnce()) {
        self.devtools("Emulation.setTouchEmulationEnabled", json!({"enabled": true}));
        look();
        self.devtools("Emulation.setTouchEmulationEnabled", json!({"enabled": false}));
    }

    /// As it comes out of a printer.
    pub fn printed(&self, look: impl FnOnce()) {
        self.run("gallery.hold()", json!([]));
        self.medium.set("print");
        look();
        self.medium.set("");
        self.paint(false);
        self.run("gallery.release()", json!([]));
    }

    /// Hangs up what the page shows now.
    pub fn hang(&self, name: &str) {
        self.settle();
        self.run("gallery.hold()", json!([]));
        self.look_at(name);
        for dark in [true, false] {
            self.paint(dark);
            self.note(name, || accessible(self));
        }
        self.run("gallery.release()", json!([]));
    }

    /// The same of a page that is still empty, or in which nothing runs: without axe, which wants more to look at.
    pub fn look_at(&self, name: &str) {
        self.set_type();
        let pictures: Vec<_> = SCREENS
            .iter()
            .flat_map(|screen| [false, true].map(|dark| (screen, dark)))
            .map(|(screen, dark)| {
                self.paint(dark);
                look::small(self, *screen)
            })
            .collect();
        let outline = format!("{}\n{}", self.colours(), tree::outline(self));
        self.compare(name, &Picture::beside(&pictures), &outline);
        for (width, height, scale) in NARROW {
            look::hold(self, width, height, scale);
            self.note(name, || fits(self));
        }
        look::hold(self, DESK.0, DESK.1, 1);
    }

    /// Says everything that was found, at the end.
    pub fn close(self) {
        let faults = self.faults.take();
        assert!(faults.is_empty(), "{} of the gallery:\n{}", faults.len(), faults.join("\n"));
    }

    /// Nothing moves: the fonts are there, the pointer is out of the way, what is announced has been.
    fn settle(&self) {
        self.devtools("Input.dispatchMouseEvent", json!({"type": "mouseMoved", "x": 0, "y": 0}));
        self.run("return document.fonts.ready.then(() => true)", json!([]));
        std::thread::sleep(Duration::from_millis(120));
    }

    /// Light or dark, and still: what turns or fades would be pictured anyhow.
    fn paint(&self, dark: bool) {
        let theme = if dark { "dark" } else { "light" };
        let features = json!([
            {"name": "prefers-color-scheme", "value": theme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({"media": self.medium.get(), "features": features}));
    }

    /// Every colour that can be seen, in both themes: a picture of sixteen colours would not tell a shade from the next.
    fn colours(&self) -> String {
        let script = "const seen = new Set();
            for (const element of document.querySelectorAll('body, body *')) {
                if (!element.checkVisibility()) continue;
                const style = getComputedStyle(element);
                const has_text = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
                if (has_text) seen.add(`text ${style.color}`);
                if (style.backgroundColor !== 'rgba(0, 0, 0, 0)') seen.add(`ground ${style.backgroundColor}`);
                if (parseFloat(style.borderBottomWidth) > 0) seen.add(`edge ${style.borderBottomColor}`);
            }
            return [...seen].sort().join('; ').replaceAll('rgb', '')";
        let lines = [false, true].map(|dark| {
            self.paint(dark);
            let theme = if dark { "dark" } else { "light" };
            format!("{theme}: {}\n", self.run(script, json!([])).as_str().unwrap_or_default())
        });
        self.paint(false);
        lines.concat()
    }

    fn compare(&self, name: &str, picture: &Picture, outline: &str) {
        let (kept, seen) = (PathBuf::from(KEPT), PathBuf::from(SEEN));
        let wish = std::env::var(WISH).unwrap_or_default();
        let write = |folder: &PathBuf, ending: &str, bytes: &[u8]| {
            let path = folder.join(format!("{name}.{ending}"));
            fs::create_dir_all(checkout().join(folder)).expect("a folder");
            fs::write(checkout().join(&path), bytes).expect("a file");
            path
        };
        if wish == "keep" {
            write(&kept, "png", &picture.write(COLOURS));
            write(&kept, "txt", outline.as_bytes());
            return self.show(name);
        }
        let read = |ending: &str| fs::read(checkout().join(&kept).join(format!("{name}.{ending}")));
        let differs = match read("png") {
            Ok(bytes) => picture.differs_from(&Picture::read(&bytes)),
            Err(_) => Some("nothing is kept".to_owned()),
        };
        if let Some(how) = differs {
            let path = write(&seen, "png", &picture.write(COLOURS));
            self.show(name);
            self.add(format!(
                "{name} looks otherwise: {how}. See {} and {}",
                path.display(),
                kept.join(name).display()
            ));
        }
        let before = read("txt").map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
        if before != outline {
            let path = write(&seen, "txt", outline.as_bytes());
            let (is, was) = (first_line_of(outline, &before), first_line_of(&before, outline));
            let kept = kept.join(format!("{name}.txt"));
            self.add(format!(
                "{name} reads otherwise: “{is}” where “{was}” was. See {} and {}",
                path.display(),
                kept.display()
            ));
        }
    }

    /// Puts the state as a person sees it, on each screen and in both themes, where pictures are looked at.
    fn show(&self, name: &str) {
        let folder = checkout().join(SEEN);
        fs::create_dir_all(&folder).expect("a folder");
        for (screen, dark) in SCREENS.iter().flat_map(|screen| [(screen, true), (screen, false)]) {
            self.paint(dark);
            let theme = if dark { "dark" } else { "light" };
            fs::write(folder.join(format!("{name}.{}.{theme}.png", screen.name)), look::whole(self, *screen))
                .expect("a file");
        }
    }

    /// Goes on when something does not hold, and says so at the end.
    fn note(&self, name: &str, look: impl FnOnce()) {
        if let Err(fault) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(look)) {
            let text = fault.downcast_ref::<String>().cloned().unwrap_or_else(|| "it does not hold".to_owned());
            self.add(format!("{name}: {text}"));
        }
    }

    fn add(&self, fault: String) {
        self.faults.borrow_mut().push(fault);
    }
}

/// The first line that the other one has not at the same place.
fn first_line_of<'a>(one: &'a str, other: &'a str) -> &'a str {
    let mut others = other.lines();
    one.lines().find(|line| others.next() != Some(line)).unwrap_or_default().trim()
}

impl Deref for Wall {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}
