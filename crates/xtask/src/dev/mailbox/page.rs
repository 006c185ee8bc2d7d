//! The page that shows what is in the mailbox.

use super::letter::Letter;

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Mailbox</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <meta name="robots" content="noindex">
  <link rel="icon" href="/mailbox.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/mailbox.css">
  <script type="module" src="/mailbox.js"></script>
</head>
<body>
  <header>
    <p><strong>Demo.</strong> What the local edge would send by mail arrives here, and is forgotten when it stops.</p>
  </header>
  <main>
    <h1>Mailbox</h1>
    <noscript><p>Reload the page to see what is new.</p></noscript>
"#;

const FOOT: &str = "  </main>\n</body>\n</html>\n";

/// The whole page.
pub(super) fn of<'a>(letters: impl Iterator<Item = &'a Letter>, now: u64) -> String {
    let items: Vec<String> = letters.map(|letter| item(letter, now)).collect();
    let status = match items.len() {
        0 => "Nothing has been sent yet.".to_owned(),
        1 => "1 notice".to_owned(),
        many => format!("{many} notices"),
    };
    let list = items.concat();
    format!("{HEAD}    <p id=\"status\" role=\"status\">{status}</p>\n    <ul id=\"letters\">\n{list}    </ul>\n{FOOT}")
}

fn item(letter: &Letter, now: u64) -> String {
    let Letter { id, to, tenant_name, at, text, link } = letter;
    let link = link.as_ref().map_or_else(String::new, |link| {
        format!("        <p><a href=\"{}\" rel=\"noreferrer\">{}</a></p>\n", escaped(&link.url), escaped(link.label))
    });
    format!(
        "      <li data-id=\"{}\">\n        <h2>To <strong>{}</strong>, {}</h2>\n        <p class=\"when\">{}</p>\n        \
         <p>{}</p>\n{link}      </li>\n",
        escaped(id),
        escaped(to),
        escaped(tenant_name),
        ago(now.saturating_sub(*at)),
        escaped(text),
    )
}

fn ago(seconds: u64) -> String {
    let (number, unit) = match seconds {
        0..60 => return "just now".to_owned(),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{number} {unit}{} ago", if number == 1 { "" } else { "s" })
}

/// As text or attribute of HTML.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for symbol in text.chars() {
        match symbol {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            symbol => safe.push(symbol),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::super::letter::{Letter, Link};
    use super::{ago, of};

    #[test]
    fn nothing_that_was_sent_becomes_markup() {
        let evil = "\"><script>alert('1')</script>";
        let letter = Letter {
            id: evil.to_owned(),
            to: evil.to_owned(),
            tenant_name: evil.to_owned(),
            at: 0,
            text: evil.to_owned(),
            link: Some(Link { label: "Open", url: format!("http://x/{evil}") }),
        };
        let page = of([letter].iter(), 0);
        assert_eq!(page.matches("<script").count(), 1, "{page}");
        assert!(!page.contains("alert('"), "{page}");
    }

    #[test]
    fn when_is_said_as_people_do() {
        for (seconds, text) in [
            (0, "just now"),
            (60, "1 minute ago"),
            (3599, "59 minutes ago"),
            (7200, "2 hours ago"),
            (86_400, "1 day ago"),
        ] {
            assert_eq!(ago(seconds), text);
        }
    }
}
