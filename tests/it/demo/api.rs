use std::time::{Duration, Instant};

use sovani_ops::{
    demo::Traffic,
    detectors::api_latency::{DEFAULT_NAME, judge, read_page},
    domain::{Counters, Status},
};

const TARGET_MS: f64 = 1200.0;

fn counters(traffic: &Traffic) -> Counters {
    read_page(&traffic.page(), DEFAULT_NAME).unwrap()
}

#[test]
fn a_slow_spell_shows_at_the_next_check_and_is_over_at_the_one_after_its_end() {
    let start = Instant::now();
    let mut traffic = Traffic::new(start);
    let before = counters(&traffic);
    let mut now = start;
    let mut goes_on = |traffic: &mut Traffic, seconds: u64| {
        now += Duration::from_secs(seconds);
        traffic.go_on(now);
        now
    };
    let judged = |traffic: &Traffic| judge(&counters(traffic).since(&before), TARGET_MS).status;

    goes_on(&mut traffic, 600);
    assert_eq!(judged(&traffic), Status::Pass);
    // As often as somebody may press within the ten minutes that are looked at.
    for _ in 0..4 {
        let at = goes_on(&mut traffic, 10);
        traffic.set_slow(true, at);
        goes_on(&mut traffic, 1);
        assert_eq!(judged(&traffic), Status::Fail);
        let at = goes_on(&mut traffic, 60);
        traffic.set_slow(false, at);
        goes_on(&mut traffic, 1);
        assert_eq!(judged(&traffic), Status::Pass);
    }
}
