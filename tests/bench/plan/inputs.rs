//! What the plan is computed from, each with where it comes from. Change a figure here and the page is another.

/// How many members there are, of all tenants together.
pub const MEMBERS: u64 = 100_000_000;

/// Tenants' sizes: Pareto with this exponent between these bounds; assumed, after the sizes of firms (Axtell 2001: near
/// 1.06).
pub const SIZE_EXPONENT: f64 = 1.06;
/// The smallest tenant.
pub const SMALLEST: f64 = 5.0;
/// The largest: as many as the largest employers have.
pub const LARGEST: f64 = 2_000_000.0;

/// Of a tenant's members, who signs in on a Monday morning. Assumed.
pub const PRESENT: f64 = 0.7;
/// Of those, who comes at the stroke of nine, and how widely they are spread: assumed. `wrangler.toml` reckons with a
/// whole company within ten minutes.
pub const AT_NINE: f64 = 0.4;
/// Standard deviation of their arrival, in seconds: two thirds within ten minutes.
pub const AT_NINE_SPREAD: f64 = 300.0;
/// That of everybody else's.
pub const OTHERS_SPREAD: f64 = 2_700.0;

/// Of a hundred sign-ins those on a remembered device; assumed, as are the two below.
pub const REMEMBERED: f64 = 0.5;
/// Those with a recovery key.
pub const RECOVERY: f64 = 0.002;
/// Wrong passwords and wrong codes for each sign-in.
pub const WRONG: f64 = 0.06;
/// Days in a month on which somebody who is present signs in.
pub const WORKING_DAYS: f64 = 21.0;
/// Session checks for each of those days: one for each page that the edge guards. An application that verifies its own
/// token for five minutes asks for far fewer.
pub const CHECKS: f64 = 40.0;
/// Seconds within which those checks are spread.
pub const WORKING_SECONDS: f64 = 8.0 * 3600.0;

/// Milliseconds of a processor that each flow takes, in the order of the flows: what all of workerd spends on it, which is
/// more than is charged for. Measured on 23 November 2026 by `cargo xtask bench cost`, four rounds, on two cores at a load
/// of 17: the Worker that is deployed, in the real workerd with its state on disk.
pub const CPU_MS: [f64; 7] = [95.0, 61.6, 71.8, 94.1, 5.6, 53.0, 12.8];
/// Milliseconds that an object takes for one question, from its arrival to the answer. Measured on 23 November 2026 by the
/// meter of `tests/cost`, at a load of 3: the mean of 41 questions, one round of the seven flows, before the change that
/// made a sign-in write seven rows instead of nine. It has not been measured on a quiet machine: at a load of 17 the mean
/// was 13 ms, as the object was not running for most of it, and the least of twenty sign-ins was below one.
pub const TENANT_MS: f64 = 2.6;
/// The same of a member's object; the two were not told apart.
pub const MEMBER_MS: f64 = 2.6;

/// Cloudflare's documented soft limit of one object: requests a second.
pub const OBJECT_LIMIT: f64 = 1_000.0;
/// How late KV may tell of a change, documented: seconds.
pub const KV_STALENESS: f64 = 60.0;

/// Light in fibre, in kilometres a millisecond, there and back.
pub const FIBRE: f64 = 100.0;
/// How much longer a path is than the great circle. Assumed.
pub const DETOUR: f64 = 1.5;
/// What each round trip has besides, between neighbours too: milliseconds. Assumed.
pub const NEARBY_MS: f64 = 8.0;

/// Where members are: a city in the middle, its latitude and longitude, and its share. Assumed.
pub const REGIONS: [(&str, f64, f64, f64); 6] = [
    ("Western Europe", 50.1, 8.7, 0.30),
    ("Eastern North America", 39.0, -77.5, 0.25),
    ("Western North America", 37.4, -122.1, 0.12),
    ("South America", -23.5, -46.6, 0.08),
    ("South-East Asia", 1.3, 103.8, 0.18),
    ("Oceania", -33.9, 151.2, 0.07),
];

/// Of a tenant's members, who is in its own region; the others are spread as everybody is. Assumed.
pub const AT_HOME: f64 = 0.8;

/// Bytes that a member takes on disk, her object's database and her rows at the tenant's. Assumed: an empty database is
/// 12 KB by the platform's documentation, and a record grows with kept answers; `bench growth` measures it.
pub const BYTES_PER_MEMBER: f64 = 26_000.0;
/// The public price of stored SQLite data.
pub const DOLLARS_PER_GB_MONTH: f64 = 0.20;
