// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/text_windows.h"

#include "core/io/utf8.h"

namespace bitloom {

Result<TextWindows> TextWindows::cut(
    const Tokenizer& tokenizer, const std::string& text, const std::string& source, int context, std::int64_t chunks)
{
    if (context < 4)
        return fail(ErrorCode::Usage, "context is {} tokens, expected at least 4", context);
    if (chunks < 0)
        return fail(ErrorCode::Usage, "chunks is {}, expected 0 for all or a positive number", chunks);
    if (text.empty())
        return fail(ErrorCode::InvalidInput, "{}: the text is empty", source);
    if (!isUtf8(text))
        return fail(ErrorCode::InvalidInput, "{}: the text is not valid UTF-8", source);

    TextWindows windows;
    windows.m_context = context;
    const bool bos = tokenizer.addsBos() && tokenizer.bosToken() >= 0;
    windows.m_bosToken = bos ? tokenizer.bosToken() : -1;
    windows.m_tokens = tokenizer.encode(text, bos, false);
    const auto available = static_cast<std::int64_t>(windows.m_tokens.size()) / context;
    if (available == 0)
        return fail(ErrorCode::InvalidInput, "{}: the text has {} tokens, expected at least one window of {}", source,
            windows.m_tokens.size(), context);
    windows.m_chunks = chunks == 0 ? available : std::min(chunks, available);
    windows.m_tokens.resize(static_cast<std::size_t>(windows.m_chunks * context));
    return windows;
}

std::vector<std::int32_t> TextWindows::window(std::int64_t chunk) const
{
    const auto begin = m_tokens.begin() + chunk * m_context;
    std::vector<std::int32_t> tokens(begin, begin + m_context);
    if (m_bosToken >= 0)
        tokens[0] = m_bosToken;
    return tokens;
}

torch::Tensor TextWindows::input(std::int64_t chunk) const
{
    auto tokens = window(chunk);
    return torch::from_blob(tokens.data(), { 1, m_context }, torch::kInt32).to(torch::kInt64);
}

torch::Tensor TextWindows::targets(std::int64_t chunk) const
{
    return input(chunk)[0].slice(0, firstScored() + 1).clone();
}

} // namespace bitloom
