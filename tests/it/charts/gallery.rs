//! Writes the pictures to `target/gallery`, for people to look at: `scripts/test -- --ignored gallery`.

use std::{fs, path::Path};

use sovani_ops::{charts, domain::Lang};

use super::samples::{long, month, trends, voice, week};

#[test]
#[ignore = "for people to look at"]
fn gallery_is_hung() {
    let hall = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/gallery");
    fs::create_dir_all(&hall).unwrap();
    for lang in [Lang::En, Lang::Ru] {
        let voice = voice(lang);
        let slo = |(compliance, days)| charts::slo(&voice, &compliance, &days);
        for (name, chart) in [
            ("slo-month", slo(month())),
            ("slo-week", slo(week())),
            ("slo-year", slo(long(366))),
            ("slo-day", slo(long(1))),
            ("trends", trends(&voice)),
        ] {
            let png = charts::draw(&voice, &chart).unwrap();
            fs::write(hall.join(format!("{name}-{lang}.png")), png).unwrap();
        }
    }
}
