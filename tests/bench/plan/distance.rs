//! How long a sign-in takes from where somebody is to where her tenant is.

use crate::inputs::{AT_HOME, DETOUR, FIBRE, NEARBY_MS, REGIONS};

/// The region that somebody is in, and how long she waits: where her tenant's object is nearby, where it is farthest.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// The region.
    pub region: &'static str,
    /// Milliseconds, with the tenant's object in the same region.
    pub nearest: f64,
    /// With it in the farthest.
    pub farthest: f64,
}

/// Milliseconds there and back between two regions.
fn round_trip(one: usize, other: usize) -> f64 {
    let (_, latitude, longitude, _) = REGIONS[one];
    let (_, latitude_there, longitude_there, _) = REGIONS[other];
    let [a, b, c, d] = [latitude, longitude, latitude_there, longitude_there].map(f64::to_radians);
    // The great circle on a sphere of 6,371 km.
    let cosine = a.sin() * c.sin() + a.cos() * c.cos() * (b - d).cos();
    6_371.0 * cosine.clamp(-1.0, 1.0).acos() / FIBRE * DETOUR + NEARBY_MS
}

/// What a sign-in with a code waits for: its two requests to the edge, three questions to her object (which is near her)
/// and two to the tenant's; `work` is what they all compute.
fn sign_in(here: usize, tenant: usize, work: f64) -> f64 {
    5.0 * NEARBY_MS + 2.0 * round_trip(here, tenant) + work
}

/// For each region.
pub fn by_region(work: f64) -> Vec<Waits> {
    let all = 0..REGIONS.len();
    let waits = all.clone().map(|here| {
        let of_tenants = all.clone().map(|tenant| sign_in(here, tenant, work));
        Waits { region: REGIONS[here].0, nearest: sign_in(here, here, work), farthest: of_tenants.fold(0.0, f64::max) }
    });
    waits.collect()
}

/// For all of them together: half, 95 of a hundred, 99 of a hundred.
pub fn for_all(work: f64) -> [f64; 3] {
    let mut shares = Vec::new();
    for (tenant, (.., share_there)) in REGIONS.iter().enumerate() {
        for (here, (.., share_here)) in REGIONS.iter().enumerate() {
            let at_home = if here == tenant { AT_HOME } else { 0.0 };
            let share = share_there * (at_home + (1.0 - AT_HOME) * share_here);
            shares.push((sign_in(here, tenant, work), share));
        }
    }
    shares.sort_unstable_by(|(one, _), (other, _)| one.total_cmp(other));
    [0.5, 0.95, 0.99].map(|part| {
        let mut sum = 0.0;
        let found = shares.iter().find(|(_, share)| {
            sum += share;
            sum >= part
        });
        found.map_or(f64::NAN, |(wait, _)| *wait)
    })
}
