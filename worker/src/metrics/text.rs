//! The text that a Prometheus server scrapes, in its exposition format 0.0.4.

use core::fmt::Write;

use super::{BUCKETS, Sums};

/// Sums as that text.
pub(crate) fn render(sums: &Sums) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write(&mut text, sums);
    text
}

fn write(text: &mut String, sums: &Sums) -> core::fmt::Result {
    head(text, "edge_mfa_requests_total", "counter", "Answers by route, status and problem code.")?;
    for (series, count) in &sums.answers {
        let [route, status, code] = parts(series);
        let labels = format!("route=\"{}\",status=\"{status}\",code=\"{code}\"", plain(route));
        writeln!(text, "edge_mfa_requests_total{{{labels}}} {count}")?;
    }
    let name = "edge_mfa_request_duration_seconds";
    head(text, name, "histogram", "How long answers took, by route and outcome.")?;
    for (series, histogram) in &sums.latencies {
        let [route, outcome] = parts(series);
        let labels = format!("route=\"{}\",outcome=\"{outcome}\"", plain(route));
        let mut below: u64 = 0;
        for (bound, count) in BUCKETS.iter().zip(histogram.buckets) {
            below = below.saturating_add(count);
            writeln!(text, "{name}_bucket{{{labels},le=\"{}\"}} {below}", seconds(*bound))?;
        }
        let all = histogram.buckets.iter().fold(0, |all: u64, count| all.saturating_add(*count));
        writeln!(text, "{name}_bucket{{{labels},le=\"+Inf\"}} {all}")?;
        writeln!(text, "{name}_sum{{{labels}}} {}", seconds(histogram.sum_ms))?;
        writeln!(text, "{name}_count{{{labels}}} {all}")?;
    }
    head(text, "edge_mfa_alarms_total", "counter", "Lines in the log that say ALARM.")?;
    writeln!(text, "edge_mfa_alarms_total {}", sums.alarms)
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) -> core::fmt::Result {
    writeln!(text, "# HELP {name} {help}")?;
    writeln!(text, "# TYPE {name} {kind}")
}

/// What a series is named after. Nothing in it has to be escaped: it comes from our tables.
fn parts<const N: usize>(series: &str) -> [&str; N] {
    let mut parts = series.split('|');
    core::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// A route without braces: some readers of the format stumble over them in a label.
fn plain(route: &str) -> String {
    route.replace('{', ":").replace('}', "")
}

fn seconds(millis: u64) -> String {
    let (whole, rest) = (millis / 1000, millis % 1000);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:03}").trim_end_matches('0').to_owned() }
}
