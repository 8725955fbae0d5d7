//! The figures are those of the law: a second table, in the order of the studies it came from.

use jiff::civil::date;

use super::people::{bot, policy};

/// A figure with its amount in each year.
type Rows = &'static [(&'static str, &'static [&'static str])];

/// Council Tax Reduction: 2023/24, 2024/25, 2025/26, 2026/27, each from 1 April.
const CTR_AMOUNTS: Rows = &[
    ("ctr_single_under_25", &["67.20", "71.70", "72.90", "75.65"]),
    ("ctr_single", &["84.80", "90.50", "92.05", "95.55"]),
    ("ctr_couple", &["133.30", "142.25", "144.65", "150.15"]),
    ("ctr_child", &["97.23", "104.05", "105.85", "109.85"]),
    ("ctr_disabled_child", &["74.69", "80.01", "81.37", "84.46"]),
    ("ctr_enhanced_child", &["30.17", "32.20", "32.75", "33.99"]),
    ("ctr_carer", &["42.75", "45.60", "46.40", "48.15"]),
    ("ctr_disability_single", &["39.85", "42.50", "43.20", "44.85"]),
    ("ctr_disability_couple", &["56.80", "60.60", "61.65", "64.00"]),
    ("ctr_enhanced_single", &["19.55", "20.85", "21.20", "22.00"]),
    ("ctr_enhanced_couple", &["27.90", "29.75", "30.25", "31.40"]),
    ("ctr_severe_single", &["76.40", "81.50", "82.90", "86.05"]),
    ("ctr_severe_couple", &["152.80", "163.00", "165.80", "172.10"]),
    ("ctr_family", &["18.53", "19.15", "19.48", "20.22"]),
    ("ctr_pension_single", &["217.00", "235.20", "244.40", "256.00"]),
    ("ctr_pension_couple", &["324.70", "352.00", "366.00", "383.35"]),
];

/// Its non-dependants: the deduction of each band, and the income from which it applies.
const CTR_NON_DEPENDANTS: Rows = &[
    ("ctr_nondep_1", &["4.90", "5.25", "5.35", "5.55"]),
    ("ctr_nondep_2", &["9.70", "10.35", "10.55", "10.95"]),
    ("ctr_nondep_band_2", &["241.00", "260.00", "273.00", "286.00"]),
    ("ctr_nondep_3", &["12.30", "13.15", "13.40", "13.90"]),
    ("ctr_nondep_band_3", &["418.00", "451.00", "474.00", "497.00"]),
    ("ctr_nondep_4", &["14.65", "15.65", "15.95", "16.55"]),
    ("ctr_nondep_band_4", &["517.00", "558.00", "586.00", "614.00"]),
];

/// Housing Benefit: 2024/25, 2025/26, 2026/27, each from the first Monday in April.
const HB_AMOUNTS: Rows = &[
    ("hb_pension_single_before", &["235.20", "244.40", "256.00"]),
    ("hb_pension_single_after", &["218.15", "227.10", "238.00"]),
    ("hb_pension_couple_before", &["352.00", "366.00", "383.35"]),
    ("hb_pension_couple_after", &["332.95", "346.60", "363.25"]),
    ("hb_single_under_25", &["71.70", "72.90", "75.65"]),
    ("hb_single", &["90.50", "92.05", "95.55"]),
    ("hb_couple", &["142.25", "144.65", "150.15"]),
    ("hb_couple_under_18", &["108.30", "110.15", "114.35"]),
    ("hb_child", &["83.24", "84.66", "87.88"]),
    ("hb_family", &["19.15", "19.48", "20.22"]),
    ("hb_disabled_child", &["80.01", "81.37", "84.46"]),
    ("hb_enhanced_child", &["32.20", "32.75", "33.99"]),
    ("hb_carer", &["45.60", "46.40", "48.15"]),
    ("hb_disability_single", &["42.50", "43.20", "44.85"]),
    ("hb_disability_couple", &["60.60", "61.65", "64.00"]),
    ("hb_enhanced_single", &["20.85", "21.20", "22.00"]),
    ("hb_enhanced_couple", &["29.75", "30.25", "31.40"]),
    ("hb_severe_single", &["81.50", "82.90", "86.05"]),
    ("hb_severe_couple", &["163.00", "165.80", "172.10"]),
];

/// Its non-dependants.
const HB_NON_DEPENDANTS: Rows = &[
    ("hb_nondep_1", &["19.30", "19.65", "20.40"]),
    ("hb_nondep_2", &["44.40", "45.15", "46.85"]),
    ("hb_nondep_band_2", &["176.00", "183.00", "192.00"]),
    ("hb_nondep_3", &["60.95", "62.00", "64.35"]),
    ("hb_nondep_band_3", &["256.00", "266.00", "279.00"]),
    ("hb_nondep_4", &["99.65", "101.35", "105.20"]),
    ("hb_nondep_band_4", &["334.00", "348.00", "365.00"]),
    ("hb_nondep_5", &["113.50", "115.45", "119.85"]),
    ("hb_nondep_band_5", &["445.00", "463.00", "485.00"]),
    ("hb_nondep_6", &["124.55", "126.65", "131.45"]),
    ("hb_nondep_band_6", &["554.00", "577.00", "605.00"]),
];

/// Universal Credit childcare, from 1 April 2024.
const UC_CHILDCARE: Rows = &[
    ("ctr_uc_childcare_one", &["275.00", "280.00", "290.00"]),
    ("ctr_uc_childcare_more", &["471.00", "479.00", "497.00"]),
];

/// Figures that hold until the law changes them: amount and first day.
const LASTING: &[(&str, &str, &str)] = &[
    ("ctr_taper", "20", "2013-04-01"),
    ("tariff_free", "6000.00", "2006-03-06"),
    ("tariff_step", "250.00", "2006-03-06"),
    ("ctr_pension_tariff_free", "10000.00", "2013-04-01"),
    ("ctr_pension_tariff_step", "500.00", "2013-04-01"),
    ("ctr_band_e", "1.075", "2017-04-01"),
    ("ctr_band_f", "1.125", "2017-04-01"),
    ("ctr_band_g", "1.175", "2017-04-01"),
    ("ctr_band_h", "1.225", "2017-04-01"),
    ("ctr_band_income_single", "321.00", "2017-04-01"),
    ("ctr_band_income_family", "479.00", "2017-04-01"),
    ("ctr_band_taper", "20", "2017-04-01"),
    ("childcare_one", "175.00", "2006-03-06"),
    ("childcare_more", "300.00", "2006-03-06"),
    ("ctr_uc_childcare_part", "85", "2022-04-01"),
    ("disregard_lone_parent", "25.00", "2006-03-06"),
    ("disregard_special", "20.00", "2006-03-06"),
    ("disregard_couple", "10.00", "2006-03-06"),
    ("disregard_single", "5.00", "2006-03-06"),
    ("disregard_additional", "17.10", "2009-04-06"),
    ("disregard_widowed", "15.00", "2006-03-06"),
    ("disregard_maintenance", "15.00", "2006-03-06"),
    ("hb_taper", "65", "2006-03-06"),
    ("hb_dispute_months", "1", "2001-07-02"),
    ("hb_dispute_months_at_most", "13", "2001-07-02"),
    ("ctr_review_months", "2", "2022-04-01"),
    ("ctr_tribunal_days", "42", "2022-04-01"),
    ("hb_minimum", "0.50", "2006-03-06"),
    ("capital_limit", "16000.00", "2006-03-06"),
    ("hb_pension_tariff_free", "10000.00", "2009-11-02"),
    ("hb_pension_tariff_step", "500.00", "2009-11-02"),
    ("hb_supported_single_under_25", "61.41", "2026-10-05"),
    ("hb_supported_single", "77.73", "2026-10-05"),
    ("hb_supported_couple_under_18", "97.33", "2026-10-05"),
    ("hb_supported_couple_under_25", "61.53", "2026-10-05"),
    ("hb_supported_couple", "119.70", "2026-10-05"),
    ("hb_cap_single", "283.71", "2023-04-10"),
    ("hb_cap_family", "423.46", "2023-04-10"),
];

#[test]
fn the_figures_are_those_of_the_law() {
    let ctr = [date(2023, 4, 1), date(2024, 4, 1), date(2025, 4, 1), date(2026, 4, 1)];
    let hb = [date(2024, 4, 1), date(2025, 4, 7), date(2026, 4, 6)];
    let ends = |from| match from {
        from if from == ctr[0] => date(2024, 3, 31),
        from if from == ctr[2] => date(2026, 3, 31),
        from if from == ctr[3] => date(2027, 3, 31),
        from if from == hb[1] => date(2026, 4, 5),
        _ => date(2027, 4, 4),
    };
    let mut expected = Vec::new();
    for (rows, years) in [
        (CTR_AMOUNTS, &ctr[..]),
        (CTR_NON_DEPENDANTS, &ctr[..]),
        (UC_CHILDCARE, &ctr[1..]),
        (HB_AMOUNTS, &hb[..]),
        (HB_NON_DEPENDANTS, &hb[..]),
    ] {
        let monday = years.len() == hb.len() && years[0] == hb[0] && years[1] == hb[1];
        for (id, amounts) in rows {
            assert_eq!(amounts.len(), years.len(), "{id}");
            for (from, amount) in years.iter().zip(*amounts) {
                let until = match (*from == ctr[1], monday) {
                    (true, true) => date(2025, 4, 6),
                    (true, false) => date(2025, 3, 31),
                    (false, _) => ends(*from),
                };
                expected.push((*id, *from, Some(until), (*amount).to_owned()));
            }
        }
    }
    for (id, amount, from) in LASTING {
        expected.push((*id, from.parse().unwrap(), None, (*amount).to_owned()));
    }
    expected.push(("overpayment_weekly", hb[1], Some(date(2026, 4, 5)), "13.95".to_owned()));
    expected.push(("overpayment_weekly", hb[2], Some(date(2027, 4, 4)), "14.40".to_owned()));
    expected.sort();

    let law = bot().policy(None).unwrap();
    let lines: Vec<_> = law.figures().filter(|line| line.kind == "figure").collect();
    let mut found: Vec<_> = lines
        .iter()
        .filter_map(|line| Some((line.id.as_str(), line.from?, line.until, line.value.clone())))
        .collect();
    found.sort();
    assert_eq!(found, expected);
    let unset: Vec<&str> =
        lines.iter().filter(|line| line.from.is_none()).map(|line| line.id.as_str()).collect();
    assert_eq!(unset, ["ctr_support_component", "hb_support_component"]);
}

#[test]
fn every_row_is_in_force_on_its_first_and_last_day_and_has_a_source() {
    for policy in [bot().policy(None).unwrap(), policy()] {
        for line in policy.figures() {
            let Some(from) = line.from else { continue };
            let row = policy.in_force(&line.id, from).unwrap();
            assert_eq!((row.from, row.value.to_string()), (from, line.value.clone()));
            assert!(!line.label.is_empty() && !line.source.title.is_empty());
            if let Some(until) = line.until {
                assert_eq!(policy.in_force(&line.id, until).unwrap().from, from);
                let after = policy.in_force(&line.id, until.tomorrow().unwrap());
                assert!(after.is_err() || after.unwrap().from > until);
            }
        }
    }
}
