"""Error codes and HTTP statuses, by what they mean. See `words/__init__.py`."""

from __future__ import annotations

from vnchat.reading.reply import FailureKind

_BY_KIND: dict[FailureKind, str] = {
    "quota": """insufficient_user_quota insufficient_quota pre_consume_token_quota_failed
        insufficient_balance billing_hard_limit_reached billing_error insufficient_credits
        quota_exhausted payment_required""",
    "auth": """invalid_api_key authentication_error invalid_authentication unauthorized
        auth_error no_db_connection unauthenticated token_expired invalid_token
        account_deactivated""",
    "model": """model_not_found get_channel_failed model_not_available model_not_supported
        unsupported_model invalid_model model_deprecated model_terminated""",
    "rate_limit": """rate_limit_exceeded rate_limit_error too_many_requests rate_limited
        concurrency_limit_exceeded""",
    "moderation_prompt": """prompt_blocked sentinel_block sensitive_words_detected
        content_policy_violation content_filter input_moderation prompt_moderation safety_violation
        data_inspection_failed""",
    "moderation_input_image": "input_image_moderation image_moderation input_image_blocked",
    "moderation_output": """output_moderation moderation_blocked output_blocked raimediafiltered
        content_moderated""",
    "timeout": "timeout request_timeout gateway_timeout deadline_exceeded timeout_error",
    "bad_request": """context_length_exceeded read_request_body_failed invalid_parameter
        unsupported_parameter invalid_value missing_required_parameter request_too_large""",
    "upstream": "overloaded_error engine_overloaded",
}
CODES: dict[str, FailureKind] = {
    code: kind for kind, codes in _BY_KIND.items() for code in codes.split()
}
# Only the statuses that say something particular; words outrank them.
STATUSES: dict[int, FailureKind] = {
    401: "auth",
    402: "quota",
    403: "auth",
    407: "auth",
    408: "timeout",
    429: "rate_limit",
    451: "moderation_prompt",
    504: "timeout",
    522: "timeout",
    524: "timeout",
    598: "timeout",
}
