//! The list of bots, as one macro: whatever a bot needs besides its folder.

/// The list of bots: declares each module, registers the bot, and makes its golden test.
macro_rules! bots {
    ($($module:ident :: $bot:ident),+ $(,)?) => {
        $(pub mod $module;)+

        static ALL: &[$crate::kit::Registered] = &[$({
            static CELLS: $crate::kit::Cells = $crate::kit::Cells::new();
            $crate::kit::Registered::of::<$module::$bot>(&CELLS)
        }),+];

        /// Every bot that is installed.
        pub fn all() -> &'static [$crate::kit::Registered] {
            ALL
        }

        /// The bot of this name.
        pub fn find(name: &str) -> Option<&'static $crate::kit::Registered> {
            ALL.iter().find(|bot| bot.manifest().name == name)
        }

        #[cfg(test)]
        mod golden_cases {
            $(#[test]
            fn $module() {
                let name = stringify!($module).replace('_', "-");
                let bot = super::find(&name).expect("a bot is named after its module");
                $crate::kit::golden::assert_all(bot, stringify!($module));
            })+
        }
    };
}
pub(crate) use bots;
