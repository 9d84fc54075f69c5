// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/calibration/corpus.h"

#include "core/io/mapped_file.h"
#include "core/io/utf8.h"

#include <algorithm>
#include <new>
#include <string>
#include <string_view>

namespace bitloom {
namespace {
    constexpr std::size_t bytesPerTokenGuess = 8; ///< generous for any common text, so that one pass is the rule

    /// Offset of the first byte that does not begin a well-formed character. Only called on text that has one.
    std::size_t firstMalformed(std::string_view text)
    {
        std::size_t at = 0;
        while (at < text.size()) {
            std::size_t bytes = 1;
            while (bytes <= 4 && !isUtf8(text.substr(at, bytes)))
                ++bytes;
            if (bytes > 4)
                return at;
            at += bytes;
        }
        return at;
    }

    Result<std::string> readTexts(const std::vector<std::filesystem::path>& files)
    {
        std::string text;
        for (const std::filesystem::path& file : files) {
            BITLOOM_TRY(const std::shared_ptr<const MappedFile> mapped, MappedFile::open(file));
            const std::string_view part(reinterpret_cast<const char*>(mapped->bytes().data()), mapped->bytes().size());
            if (part.empty())
                return fail(ErrorCode::InvalidInput, "'{}': the calibration text is empty", file.string());
            if (!isUtf8(part)) {
                const std::size_t offset = firstMalformed(part);
                return fail(ErrorCode::InvalidInput, "'{}': the calibration text is not UTF-8: byte 0x{:02x} at offset {} does not begin a character",
                    file.string(), static_cast<unsigned char>(part[offset]), offset);
            }
            text.append(part);
        }
        return text;
    }

    /// Where `text` may be cut near `at` without changing the tokens well before the cut: in front of a line's first character.
    std::size_t lineStartAfter(const std::string& text, std::size_t at)
    {
        const std::size_t lineEnd = at < text.size() ? text.find('\n', at) : std::string::npos;
        const std::size_t next = lineEnd == std::string::npos ? lineEnd : text.find_first_not_of(" \t\r\n", lineEnd);
        return next == std::string::npos ? text.size() : next;
    }

    /// The first `needed` tokens of the text, or all of them if it has fewer. Tokenizes no more of a long text than it has to.
    std::vector<std::int32_t> firstTokens(const std::string& text, const Tokenizer& tokenizer, std::size_t needed)
    {
        constexpr std::size_t margin = 64; // tokens before the cut that a longer text might have cut differently
        for (std::size_t bytes = (needed + margin) * bytesPerTokenGuess;; bytes *= 4) {
            const std::size_t cut = lineStartAfter(text, bytes);
            std::vector<std::int32_t> tokens = tokenizer.encode(text.substr(0, cut), false, false);
            if (cut == text.size() || tokens.size() >= needed + margin)
                return tokens;
        }
    }
}

Result<torch::Tensor> readCorpus(const std::vector<std::filesystem::path>& files, const Tokenizer& tokenizer, std::int64_t sequences,
    std::int64_t length)
{
    if (files.empty() || sequences < 1 || length < 2)
        return fail(ErrorCode::Usage, "calibration text: {} files, {} sequences of {} tokens; expected at least 1 file, 1 sequence, 2 tokens",
            files.size(), sequences, length);
    try {
        BITLOOM_TRY(const std::string text, readTexts(files));
        const std::int64_t needed = sequences * length;
        const std::vector<std::int32_t> tokens = firstTokens(text, tokenizer, static_cast<std::size_t>(needed));
        const auto found = static_cast<std::int64_t>(tokens.size());
        if (found < needed)
            return fail(ErrorCode::InvalidInput, "'{}'{}: the calibration text has {} tokens, {} sequences of {} need {}", files.front().string(),
                files.size() > 1 ? fmt::format(" and {} more", files.size() - 1) : "", found, sequences, length, needed);
        const torch::Tensor windows = torch::empty({ sequences, length }, torch::kInt64);
        std::copy_n(tokens.begin(), needed, windows.data_ptr<std::int64_t>());
        return windows;
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "'{}': not enough memory to read the calibration text", files.front().string());
    }
}

} // namespace bitloom
