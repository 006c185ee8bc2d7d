//! What the camera of a phone makes of a screen or a sheet of paper: turned, seen from aside, out of focus, in the dark.

use crate::picture::Picture;

/// How the phone is held, and what its camera is worth.
#[derive(Clone, Copy, Debug)]
pub struct Hold {
    /// For the message of a test.
    pub name: &'static str,
    /// Turned about the middle, in degrees.
    pub turned: f64,
    /// Seen from the side, in degrees; a positive angle puts the right edge farther away.
    pub from_aside: f64,
    /// Seen from below, in degrees; a positive angle puts the upper edge farther away.
    pub from_below: f64,
    /// Pixels of the photograph for one of the picture.
    pub size: f64,
    /// The radius over which a point is smeared, in pixels of the photograph.
    pub blur: usize,
    /// Shades by which a pixel is too dark or too light, at the most.
    pub noise: u8,
    /// What white becomes; black becomes as much lighter.
    pub white: u8,
}

/// Straight, sharp and bright.
const STEADY: Hold =
    Hold { name: "steady", turned: 0.0, from_aside: 0.0, from_below: 0.0, size: 2.0, blur: 0, noise: 0, white: 255 };

/// What people do with a phone that looks for a code.
pub const HOLDS: [Hold; 7] = [
    STEADY,
    Hold { name: "turned a little", turned: 11.0, blur: 1, noise: 12, ..STEADY },
    Hold { name: "upside down, in dim light", turned: 171.0, blur: 1, noise: 6, white: 190, ..STEADY },
    Hold { name: "from aside", from_aside: 22.0, blur: 1, noise: 12, ..STEADY },
    Hold { name: "from below", from_below: -22.0, turned: -5.0, blur: 1, noise: 12, ..STEADY },
    Hold { name: "out of focus", blur: 2, noise: 12, ..STEADY },
    Hold { name: "from afar", size: 1.0, turned: 3.0, noise: 12, ..STEADY },
];

/// How far the eye is from the picture, in widths of the picture: a phone at arm's length from a laptop.
const DISTANCE: f64 = 2.5;

/// A photograph of the picture, one of a series: a camera that looks for a code takes 30 a second, and no hand is still.
pub fn photograph(picture: &Picture, hold: &Hold, frame: u32) -> Picture {
    let seen = project(picture, &Hold { turned: hold.turned + 0.8 * f64::from(frame), ..*hold });
    lit(&blurred(&blurred(&seen, hold.blur), hold.blur), hold)
}

/// For each pixel of the photograph, the ray through it is followed to the plane of the picture.
fn project(picture: &Picture, hold: &Hold) -> Picture {
    let (wide, high) = (picture.width as f64, picture.height as f64);
    // Room for the corners of a turned picture.
    let side = (wide.hypot(high) * hold.size).ceil();
    let (sin, cos) = hold.turned.to_radians().sin_cos();
    let (slope_x, slope_y) = (hold.from_aside.to_radians().sin(), hold.from_below.to_radians().sin());
    let flat = (hold.from_aside.to_radians().cos(), hold.from_below.to_radians().cos());
    let far = DISTANCE * wide;
    let count = side as usize;
    let mut shades = Vec::with_capacity(count * count);
    for row in 0..count {
        for column in 0..count {
            let (x, y) = ((column as f64 - side / 2.0) / hold.size, (row as f64 - side / 2.0) / hold.size);
            let (x, y) = (x * cos + y * sin, y * cos - x * sin);
            // The plane's depth grows with its own coordinates: far / (far + depth) is how much smaller it looks.
            let nearness = 1.0 - x * slope_x / flat.0 / far + y * slope_y / flat.1 / far;
            let (x, y) = (x / flat.0 / nearness + wide / 2.0, y / flat.1 / nearness + high / 2.0);
            shades.push(between(picture, x, y));
        }
    }
    Picture { width: count, height: count, shades }
}

/// The shade at a point between four pixels.
fn between(picture: &Picture, x: f64, y: f64) -> u8 {
    let (x, y) = (x - 0.5, y - 0.5);
    if x < 0.0 || y < 0.0 {
        return 255;
    }
    let (left, top) = (x.floor(), y.floor());
    let (along, down) = (x - left, y - top);
    let shade = |dx: usize, dy: usize| f64::from(picture.shade(left as usize + dx, top as usize + dy));
    let upper = shade(0, 0) * (1.0 - along) + shade(1, 0) * along;
    let lower = shade(0, 1) * (1.0 - along) + shade(1, 1) * along;
    (upper * (1.0 - down) + lower * down).round() as u8
}

/// Each pixel the mean of its square. Done twice it is close to what a lens does.
fn blurred(picture: &Picture, radius: usize) -> Picture {
    if radius == 0 {
        return picture.clone();
    }
    let turned = |picture: &Picture| -> Picture {
        let rows = (0..picture.width).flat_map(|y| {
            (0..picture.height).map(move |x| {
                let span = x.saturating_sub(radius)..=x + radius;
                let count = span.clone().count();
                let sum: usize = span.map(|x| usize::from(picture.shade(y, x))).sum();
                u8::try_from(sum / count).unwrap_or(u8::MAX)
            })
        });
        Picture { width: picture.height, height: picture.width, shades: rows.collect() }
    };
    turned(&turned(picture))
}

fn lit(picture: &Picture, hold: &Hold) -> Picture {
    let dark = (255.0 - f64::from(hold.white)) / 2.0;
    let span = (f64::from(hold.white) - dark) / 255.0;
    // Knuth's generator (TAOCP 2, 3.3.4, line 26): the same grain each time, so that a failure can be had again.
    let mut grain = 1_u64;
    let shade = |shade: &u8| {
        grain = grain.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let noise = ((grain >> 56) as f64 / 127.5 - 1.0) * f64::from(hold.noise);
        (dark + f64::from(*shade) * span + noise).round().clamp(0.0, 255.0) as u8
    };
    let shades = picture.shades.iter().map(shade).collect();
    Picture { shades, ..*picture }
}
