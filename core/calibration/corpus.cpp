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
    constexpr std::size_t longTextGuess = 4; ///< times the text that is needed: from here on only what the windows need is tokenized

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
    std::size_t lineStartAfter(std::string_view text, std::size_t at)
    {
        const std::size_t lineEnd = at < text.size() ? text.find('\n', at) : std::string_view::npos;
        const std::size_t next = lineEnd == std::string_view::npos ? lineEnd : text.find_first_not_of(" \t\r\n", lineEnd);
        return next == std::string_view::npos ? text.size() : next;
    }

    /// The first `needed` tokens of the text, or all of them if it has fewer. Tokenizes no more of a long text than it has to.
    std::vector<std::int32_t> firstTokens(std::string_view text, const Tokenizer& tokenizer, std::size_t needed)
    {
        constexpr std::size_t margin = 64; // tokens before the cut that a longer text might have cut differently
        for (std::size_t bytes = (needed + margin) * bytesPerTokenGuess;; bytes *= 4) {
            const std::size_t cut = lineStartAfter(text, bytes);
            std::vector<std::int32_t> tokens = tokenizer.encode(std::string(text.substr(0, cut)), false, false);
            if (cut == text.size() || tokens.size() >= needed + margin)
                return tokens;
        }
    }

    /// Tokens of each window, or nothing where a part of the text is too short for its window.
    using Windows = std::vector<std::vector<std::int32_t>>;

    /// One window from the beginning of each of `sequences` equal parts of a long text, so that only these are tokenized.
    Windows windowsOfParts(std::string_view text, const Tokenizer& tokenizer, std::size_t sequences, std::size_t length)
    {
        Windows windows;
        std::size_t begin = 0;
        for (std::size_t part = 0; part < sequences; ++part) {
            const std::size_t end = part + 1 == sequences ? text.size() : lineStartAfter(text, text.size() / sequences * (part + 1));
            std::vector<std::int32_t> tokens = firstTokens(text.substr(begin, end - begin), tokenizer, length);
            if (tokens.size() < length)
                return {};
            tokens.resize(length);
            windows.push_back(std::move(tokens));
            begin = end;
        }
        return windows;
    }

    /// `sequences` of all the windows that the tokens make, as far from each other as they can be.
    Windows evenWindows(const std::vector<std::int32_t>& tokens, std::size_t sequences, std::size_t length)
    {
        const std::size_t all = tokens.size() / length;
        Windows windows;
        for (std::size_t i = 0; i < sequences; ++i) {
            const auto begin = tokens.begin() + static_cast<std::ptrdiff_t>(i * all / sequences * length);
            windows.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(length));
        }
        return windows;
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
        const auto count = static_cast<std::size_t>(sequences), each = static_cast<std::size_t>(length);
        Windows windows;
        if (text.size() / (longTextGuess * bytesPerTokenGuess) > count * each)
            windows = windowsOfParts(text, tokenizer, count, each);
        if (windows.empty()) {
            const std::vector<std::int32_t> tokens = tokenizer.encode(text, false, false);
            if (tokens.size() < count * each)
                return fail(ErrorCode::InvalidInput, "'{}'{}: the calibration text has {} tokens, {} sequences of {} need {}", files.front().string(),
                    files.size() > 1 ? fmt::format(" and {} more", files.size() - 1) : "", tokens.size(), sequences, length, count * each);
            windows = evenWindows(tokens, count, each);
        }
        const torch::Tensor corpus = torch::empty({ sequences, length }, torch::kInt64);
        for (std::size_t i = 0; i < count; ++i)
            std::copy(windows[i].begin(), windows[i].end(), corpus.data_ptr<std::int64_t>() + i * each);
        return corpus;
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "'{}': not enough memory to read the calibration text", files.front().string());
    }
}

} // namespace bitloom
