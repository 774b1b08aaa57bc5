//! Numbers and times as people write them.

use chrono::Duration;
use sovani_ops::{
    domain::{
        Lang::{self, En, Ru},
        Money,
    },
    views::FluentValue,
};

use super::voice;

fn days(lang: Lang, count: i64) -> String {
    voice(lang).text("days", &[("count", FluentValue::from(count))])
}

#[test]
fn each_number_takes_its_plural() {
    let russian = [1, 2, 5, 11, 21, 22, 1005].map(|count| days(Ru, count));
    let expected = [
        "1 день",
        "2 дня",
        "5 дней",
        "11 дней",
        "21 день",
        "22 дня",
        "1\u{a0}005 дней",
    ];
    assert_eq!(russian, expected);
    assert_eq!(
        [1, 2, 21].map(|count| days(En, count)),
        ["1 day", "2 days", "21 days"]
    );
}

#[test]
fn figures_are_grouped_and_have_units() {
    let (en, ru) = (voice(En), voice(Ru));
    let debt = Money::from_roubles(-15_000);
    assert_eq!(en.money(debt), "-15,000.00 RUB");
    assert_eq!(ru.money(debt), "\u{2212}15\u{a0}000,00\u{a0}₽");
    assert_eq!(en.size(5200.0), "5,200.0 MB");
    assert_eq!(ru.size(5200.0), "5\u{a0}200,0\u{a0}МБ");
    assert_eq!(en.number(1_234_567), "1,234,567");
    assert_eq!(ru.number(-999), "\u{2212}999");
    assert_eq!(en.percent(83.333), "83.33%");
    assert_eq!(ru.percent(99.0), "99,00\u{a0}%");
    assert_eq!(en.milliseconds(1200.5), "1,200.5 ms");
    assert_eq!(en.plain(99.0), "99");
    assert_eq!(en.decimal(f64::NAN, 1), "NaN");
}

#[test]
fn past_moments_are_told_in_words() {
    let (en, ru) = (voice(En), voice(Ru));
    let cases = [
        (-3600, "just now", "только что"),
        (0, "just now", "только что"),
        (59, "just now", "только что"),
        (60, "1 min ago", "1 мин назад"),
        (725, "12 min ago", "12 мин назад"),
        (7500, "2 h 5 min ago", "2 ч 5 мин назад"),
        (90_000, "1 d 1 h ago", "1 д 1 ч назад"),
        (3 * 86_400 + 7200, "3 d ago", "3 д назад"),
    ];
    for (seconds, english, russian) in cases {
        let at = en.now - Duration::seconds(seconds);
        assert_eq!([en.ago(at), ru.ago(at)], [english, russian], "{seconds}");
    }
}

#[test]
fn a_moment_has_the_date_that_it_needs() {
    let cases = [
        ("2025-10-02 09:05:00", "12:05", "12:05"),
        ("2025-10-01 20:59:00", "1 Oct 23:59", "1 окт 23:59"),
        ("2025-10-01 21:00:00", "00:00", "00:00"),
        (
            "2024-05-09 06:00:00",
            "9 May 2024 09:00",
            "9 мая 2024 09:00",
        ),
    ];
    for (utc, english, russian) in cases {
        let at = utc.parse().unwrap();
        let said = [voice(En).moment(at), voice(Ru).moment(at)];
        assert_eq!(said, [english, russian]);
    }
}

#[test]
fn a_length_of_time_has_its_two_largest_units() {
    let cases = [
        (0, "less than a second", "меньше секунды"),
        (45, "45 s", "45 с"),
        (725, "12 min 5 s", "12 мин 5 с"),
        (86_400 + 60, "1 d", "1 д"),
        (187_200, "2 d 4 h", "2 д 4 ч"),
    ];
    for (seconds, english, russian) in cases {
        let length = Duration::seconds(seconds);
        let said = [voice(En).duration(length), voice(Ru).duration(length)];
        assert_eq!(said, [english, russian]);
    }
}

#[test]
fn a_text_that_is_not_there_is_its_key() {
    assert_eq!(voice(Ru).text("no-such-text", &[]), "no-such-text");
    assert_eq!(voice(Ru).find("no such text", &[]), None);
}
