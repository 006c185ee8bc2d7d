//! Passwords that everybody tries first.
//!
//! Not a list of millions: after ten wrong ones an attacker waits, so what matters is the top of every list, and the
//! shapes that its tail is made of: one symbol repeated, a run along the alphabet, the digits or a keyboard row, and
//! a common word with digits or marks around it.

/// Heads of the published lists, and the words that people build on. All of five letters or more.
const WORDS: [&str; 96] = [
    "password",
    "passwort",
    "wachtwoord",
    "welkom",
    "welcome",
    "willkommen",
    "admin",
    "administrator",
    "letmein",
    "iloveyou",
    "princess",
    "prinses",
    "sunshine",
    "football",
    "voetbal",
    "baseball",
    "basketball",
    "superman",
    "batman",
    "dragon",
    "monkey",
    "shadow",
    "master",
    "michael",
    "jennifer",
    "jordan",
    "hunter",
    "ranger",
    "buster",
    "thomas",
    "robert",
    "daniel",
    "andrew",
    "joshua",
    "charlie",
    "george",
    "matthew",
    "jessica",
    "ashley",
    "amanda",
    "nicole",
    "michelle",
    "pepper",
    "ginger",
    "summer",
    "zomer",
    "winter",
    "spring",
    "lente",
    "autumn",
    "herfst",
    "freedom",
    "whatever",
    "trustno",
    "computer",
    "internet",
    "starwars",
    "pokemon",
    "google",
    "facebook",
    "samsung",
    "liverpool",
    "chelsea",
    "arsenal",
    "barcelona",
    "ajax",
    "feyenoord",
    "amsterdam",
    "rotterdam",
    "nederland",
    "holland",
    "cheese",
    "cookie",
    "chocolate",
    "butterfly",
    "flower",
    "purple",
    "orange",
    "secret",
    "geheim",
    "hello",
    "hallo",
    "hottie",
    "lovely",
    "loveme",
    "angel",
    "killer",
    "soccer",
    "hockey",
    "harley",
    "mustang",
    "access",
    "flower1",
    "changeme",
    "default",
    "qwerty",
];

/// Along which fingers run.
const RUNS: [&str; 7] = [
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "azertyuiop",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
];

/// Whether `lower`, in lower case, is one of them.
pub(super) fn is_common(lower: &str) -> bool {
    is_repetition(lower) || is_runs(lower) || is_word_with_trimmings(lower)
}

/// One piece of at most four symbols, over and over: "aaaaaaaa", "abcabcabc", "12341234".
fn is_repetition(text: &str) -> bool {
    let symbols: Vec<char> = text.chars().collect();
    (1..=4).any(|piece| symbols.iter().zip(symbols.iter().skip(piece)).all(|(first, second)| first == second))
}

/// Nothing but runs of three or more along the alphabet, digits or keyboard, either way: "12345678", "qwertyasdf".
fn is_runs(text: &str) -> bool {
    let symbols: Vec<char> = text.chars().collect();
    let mut rest = symbols.as_slice();
    while !rest.is_empty() {
        let longest = (3..=rest.len()).rev().find(|length| rest.get(..*length).is_some_and(is_run));
        match longest.and_then(|length| rest.get(length..)) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

fn is_run(symbols: &[char]) -> bool {
    let forwards: String = symbols.iter().collect();
    let backwards: String = symbols.iter().rev().collect();
    RUNS.iter().any(|run| run.contains(&forwards) || run.contains(&backwards))
}

/// A common word, spelt with the usual signs for letters, with at most five digits or marks around it.
fn is_word_with_trimmings(text: &str) -> bool {
    let spelt: String = text.chars().map(plain).collect();
    WORDS.iter().any(|word| {
        [text, &spelt].iter().any(|text| {
            text.match_indices(word).any(|(start, _)| {
                let before = text.get(..start).unwrap_or_default();
                let after = text.get(start + word.len()..).unwrap_or_default();
                let trimmings = before.chars().chain(after.chars());
                trimmings.clone().count() <= 5
                    && trimmings
                        .clone()
                        .all(|symbol| !symbol.is_alphabetic() || symbol == plain(symbol) && is_sign(symbol))
            }) || is_repeated_word(text, word)
        })
    })
}

fn is_repeated_word(text: &str, word: &str) -> bool {
    text.len() > word.len() && text.replace(word, "").is_empty()
}

/// The letter that a sign stands for in "p@ssw0rd".
fn plain(symbol: char) -> char {
    match symbol {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// What digits and marks at a word's end became when they were read as letters.
fn is_sign(symbol: char) -> bool {
    matches!(symbol, 'a' | 'o' | 'i' | 'e' | 's' | 't')
}
