//! Moments, as people write them. Always UTC, and said so.

/// Seconds since 1970.
pub(crate) type Seconds = u64;

const DAY: u64 = 86_400;

/// `2026-07-29 14:05:09 UTC`.
pub(crate) fn spelled(at: Seconds) -> String {
    let (year, month, day) = date(at / DAY);
    let rest = at % DAY;
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02} UTC", rest / 3600, rest / 60 % 60, rest % 60)
}

/// Reads `2026-07-29`, the day's first second, or seconds since 1970.
pub(crate) fn parse(text: &str) -> Result<Seconds, String> {
    let wrong = || "a date looks like 2026-07-29 (in UTC); seconds since 1970 will do too".to_owned();
    if text.len() > 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map_err(|_| wrong());
    }
    let mut parts = text.splitn(3, '-').map(str::parse::<u64>);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) = (parts.next(), parts.next(), parts.next()) else {
        return Err(wrong());
    };
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return Err(wrong());
    }
    let days = days(year, month, day);
    // The 30th of February would come back as another day.
    if date(days) != (year, month, day) {
        return Err(wrong());
    }
    Ok(days * DAY)
}

/// Days since 1970 of a date in the Gregorian calendar. Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms":
/// years begin in March, so that a leap day is the last of its year.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year / 400, year % 400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719_468
}

/// The way back.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::{DAY, parse, spelled};

    #[test]
    fn moments_are_spelled_in_utc() {
        for (at, text) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_782_400, "2000-02-29 00:00:00 UTC"),
            (1_767_225_599, "2025-12-31 23:59:59 UTC"),
            (4_107_542_400, "2100-03-01 00:00:00 UTC"),
        ] {
            assert_eq!(spelled(at), text);
        }
    }

    #[test]
    fn every_date_comes_back() {
        for at in (0..200_000).map(|day| day * DAY) {
            assert_eq!(parse(&spelled(at)[..10]), Ok(at));
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        assert_eq!(parse("1767225599"), Ok(1_767_225_599));
        for text in ["", "2026", "2026-02-30", "2026-13-01", "26-01-01", "2026-07-29T00:00", "yesterday", "-5"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
