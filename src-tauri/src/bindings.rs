//! The commands as the windows see them; `tests/bindings.rs` writes them to `ui/src/bindings`.

use tauri_specta::{Builder, ErrorHandlingMode, collect_commands};

use crate::commands::{doctor, documents, files, outbox, session, settings, setup, signing, tokens};

/// Every command, with the types that cross the border.
pub fn builder() -> Builder<tauri::Wry> {
    Builder::new()
        .error_handling(ErrorHandlingMode::Throw)
        .disable_serde_phases()
        .commands(collect_commands![
            setup::app_state,
            setup::check_requisites,
            setup::create_vault,
            setup::unlock,
            setup::lock,
            setup::ready_to_lock,
            setup::add_organisation,
            setup::select_organisation,
            setup::set_api_key,
            tokens::scan_tokens,
            tokens::rescan_tokens,
            tokens::change_pin,
            tokens::unblock_pin,
            tokens::draft_order,
            tokens::order_certificate,
            tokens::import_certificate,
            tokens::export_certificate,
            tokens::renewal,
            tokens::add_key_file,
            tokens::forget_key_file,
            session::sign_in,
            session::sign_out,
            doctor::diagnose,
            doctor::test_signature,
            documents::today,
            documents::pick_documents,
            documents::documents,
            documents::document,
            documents::preflight,
            documents::note_opened,
            signing::start_signing,
            signing::continue_signing,
            signing::stop_signing,
            signing::signing_runs,
            signing::drop_signing,
            documents::export_document,
            documents::journal,
            documents::verify_journal,
            files::file_check,
            files::choose_signed,
            files::choose_content,
            files::check_online,
            files::put_down,
            files::save_protocol,
            files::aim_drops,
            files::file_to_sign,
            files::choose_to_sign,
            files::choose_existing,
            files::forget_existing,
            files::sign_file,
            files::signing_choices,
            files::raise_verified,
            files::waiting_files,
            files::stamp_now,
            files::forget_waiting,
            outbox::send_document,
            outbox::withdraw,
            outbox::outbox,
            outbox::sync_now,
            settings::save_settings,
            settings::modules,
            settings::add_module,
            settings::trust,
            settings::update_trust,
            settings::add_trusted,
            settings::remove_trusted,
            settings::submit_secret,
        ])
        .typ::<kabinet_app::view::SecretPrompt>()
        .typ::<kabinet_app::view::UiError>()
        .typ::<kabinet_app::view::SigningProgress>()
}
