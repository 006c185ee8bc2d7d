//! The words of Rust source, without what stands in comments, strings and characters.

/// How often a keyword is written.
pub(super) fn count(source: &str, keyword: &str) -> usize {
    without_texts(source).split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| *word == keyword).count()
}

/// Comments, strings and characters are left out; the rest is as it was.
pub(super) fn without_texts(source: &str) -> String {
    let mut left = String::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let text = comment(rest).or_else(|| raw_string(rest, &left)).or_else(|| quoted(rest));
        match text {
            Some(_) => left.push(' '),
            None => left.push(first),
        }
        rest = rest.get(text.unwrap_or(first.len_utf8())..).unwrap_or_default();
    }
    left
}

/// To the end of the line, or to the end of a block, which may hold blocks.
fn comment(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if !rest.starts_with("/*") {
        return None;
    }
    let (mut depth, mut at) = (0, 0);
    let bytes = rest.as_bytes();
    while at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"/*") => (depth, at) = (depth + 1, at + 2),
            Some(b"*/") => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    Some(at)
}

/// `r"…"`, `r#"…"#`, with a `b` or `c` before it. Not the end of a longer name, and not `r#name`.
fn raw_string(rest: &str, before: &str) -> Option<usize> {
    if before.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let after_prefix = rest.strip_prefix(['b', 'c']).unwrap_or(rest).strip_prefix('r')?;
    let hashes = after_prefix.len() - after_prefix.trim_start_matches('#').len();
    let inside = after_prefix.get(hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = inside.find(&end).map_or(inside.len(), |at| at + end.len());
    Some(rest.len() - inside.len() + length)
}

/// `"…"` or `'x'`. A quote that begins a lifetime is none.
fn quoted(rest: &str) -> Option<usize> {
    let quote = rest.chars().next().filter(|c| ['"', '\''].contains(c))?;
    let mut inside = rest.char_indices().skip(1).peekable();
    if quote == '\'' {
        let mut ahead = inside.clone();
        let (first, second) = (ahead.next()?.1, ahead.next()?.1);
        if first != '\\' && second != '\'' {
            return None;
        }
    }
    while let Some((at, c)) = inside.next() {
        if c == '\\' {
            inside.next();
        } else if c == quote {
            return Some(at + 1);
        }
    }
    Some(rest.len())
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn only_code_counts() {
        for (source, expected) in [
            ("unsafe { f() }", 1),
            ("unsafe impl Send for X {} unsafe fn g() {}", 2),
            ("#![forbid(unsafe_code)] fn not_unsafe() { is_unsafe() }", 0),
            ("// unsafe\nunsafe {}", 1),
            ("/* unsafe /* unsafe */ unsafe */ unsafe {}", 1),
            ("\"unsafe \\\" unsafe\" unsafe {}", 1),
            ("r#\"unsafe \" unsafe\"# unsafe {}", 1),
            ("br\"unsafe\" unsafe {}", 1),
            ("let r#unsafe_ = var\"unsafe\";", 0),
            ("'\"' unsafe {} '\"'", 1),
            ("'\\'' unsafe {} '\\u{41}' unsafe {}", 2),
            ("fn f<'a>(x: &'a str) { unsafe {} }", 1),
            ("b'\\\\' unsafe {}", 1),
            ("'ü' unsafe {}", 1),
        ] {
            assert_eq!(count(source, "unsafe"), expected, "{source}");
        }
    }
}
