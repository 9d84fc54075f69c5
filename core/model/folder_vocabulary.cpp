// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/atomic_file.h"
#include "core/io/strict_json.h"
#include "core/model/vocabulary.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;
    using Json = nlohmann::json;

    constexpr std::int64_t maximumTokens = std::int64_t(1) << 24;
    const char* const spaceMark = "\xE2\x96\x81"; // U+2581, how SentencePiece writes a space

    Result<std::optional<Json>> readJson(const fs::path& path)
    {
        std::error_code ignored;
        if (!fs::exists(path, ignored))
            return std::nullopt;
        BITLOOM_TRY(const std::string text, readTextFile(path));
        BITLOOM_TRY(Json json, parseStrictJson(text, path.string()));
        if (!json.is_object())
            return fail(ErrorCode::InvalidInput, "{}: it is not a JSON object", path.string());
        return json;
    }

    std::string typeOf(const Json& json)
    {
        if (!json.is_object())
            return {};
        const auto type = json.find("type");
        return type != json.end() && type->is_string() ? type->get<std::string>() : std::string();
    }

    /// A chain of steps: what a "Sequence" holds under `key`, or the one step alone; empty for null.
    std::vector<Json> steps(const Json& json, const char* key)
    {
        if (json.is_null())
            return {};
        if (typeOf(json) == "Sequence" && json.contains(key) && json[key].is_array())
            return json[key].get<std::vector<Json>>();
        return { json };
    }

    std::string describe(const std::vector<Json>& chain)
    {
        std::string text = Json(chain).dump();
        return text.size() > 160 ? text.substr(0, 157) + "..." : text;
    }

    const std::string& contractions()
    {
        static const std::string text = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
        return text;
    }

    /// The regular expressions of tokenizers whose splitting llama.cpp reproduces, with its name for them.
    struct KnownSplit
    {
        std::string pattern, name;
        bool ignoresMerges;
    };

    const std::vector<KnownSplit>& knownSplits()
    {
        const std::string rest = R"(| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
        static const std::vector<KnownSplit> splits {
            { contractions() + R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3})" + rest, "llama-bpe", true },
            { contractions() + R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3})" + rest, "smaug-bpe", false },
            { contractions() + R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N})" + rest, "qwen2", false },
            { R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
                "tekken", true },
        };
        return splits;
    }

    /// llama.cpp's name for a byte-level pre-tokenizer, told from its exact definition.
    Result<std::string> preTokenizerName(const Json& tokenizer, bool ignoresMerges, const std::string& source)
    {
        const std::vector<Json> chain = steps(tokenizer.value("pre_tokenizer", Json()), "pretokenizers");
        const auto unknown = [&] {
            return fail(ErrorCode::Unsupported, "{}: the pre-tokenizer {} is not known (known: those of GPT-2, SmolLM, Llama 3, Qwen2 and Mistral's Tekken)", source, describe(chain));
        };
        if (chain.empty() || typeOf(chain.back()) != "ByteLevel" || chain.size() > 2 || chain.back().value("add_prefix_space", true))
            return unknown();
        const bool gpt2Regex = chain.back().value("use_regex", true);
        if (chain.size() == 1)
            return gpt2Regex && !ignoresMerges ? Result<std::string>("gpt-2") : unknown();
        const Json& first = chain.front();
        if (typeOf(first) == "Digits")
            return first.value("individual_digits", false) && gpt2Regex && !ignoresMerges ? Result<std::string>("smollm") : unknown();
        if (typeOf(first) != "Split" || gpt2Regex || first.value("behavior", "") != "Isolated" || first.value("invert", false))
            return unknown();
        const Json pattern = first.value("pattern", Json::object());
        const std::string regex = pattern.is_object() ? pattern.value("Regex", "") : "";
        for (const KnownSplit& known : knownSplits())
            if (regex == known.pattern && ignoresMerges == known.ignoresMerges)
                return known.name;
        return unknown();
    }

    /// How SentencePiece-style BPE puts a space before the text; refuses normalizers that llama.cpp does not have.
    Result<void> readSpacePrefix(const Json& tokenizer, const std::string& source, Vocabulary& vocabulary)
    {
        bool prefix = false, replaces = false;
        const std::vector<Json> normalizers = steps(tokenizer.value("normalizer", Json()), "normalizers");
        for (const Json& step : normalizers) {
            const std::string type = typeOf(step);
            if (type == "Prepend" && step.value("prepend", "") == spaceMark)
                prefix = true;
            else if (type == "Replace" && step.value("content", "") == spaceMark && step.value("pattern", Json::object()) == Json { { "String", " " } })
                replaces = true;
            else
                return fail(ErrorCode::Unsupported, "{}: the normalizer {} is not known", source, describe(normalizers));
        }
        const std::vector<Json> chain = steps(tokenizer.value("pre_tokenizer", Json()), "pretokenizers");
        for (const Json& step : chain) {
            if (typeOf(step) != "Metaspace" || step.value("replacement", "") != spaceMark || step.value("split", false))
                return fail(ErrorCode::Unsupported, "{}: the pre-tokenizer {} is not known", source, describe(chain));
            prefix = step.contains("prepend_scheme") ? step["prepend_scheme"] != "never" : step.value("add_prefix_space", true);
            vocabulary.prefixOnlyIfMissing = prefix;
            replaces = true;
        }
        if (!replaces)
            return fail(ErrorCode::Unsupported, "{}: neither normalizer nor pre-tokenizer turns spaces into \"{}\", which SentencePiece does", source, spaceMark);
        vocabulary.addSpacePrefix = prefix;
        return {};
    }

    Result<std::vector<std::pair<std::string, std::string>>> parseMerges(const Json& model, const std::string& source)
    {
        std::vector<std::pair<std::string, std::string>> merges;
        const auto list = model.find("merges");
        if (list == model.end() || !list->is_array())
            return fail(ErrorCode::InvalidInput, "{}: \"merges\" is missing or not a list", source);
        merges.reserve(list->size());
        for (const Json& merge : *list) {
            if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
                merges.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
            } else if (merge.is_string()) {
                const auto text = merge.get<std::string>();
                const std::size_t space = text.find(' ', 1);
                if (space == text.npos || space + 1 == text.size())
                    return fail(ErrorCode::InvalidInput, "{}: a merge is not two pieces with a space between", source);
                merges.emplace_back(text.substr(0, space), text.substr(space + 1));
            } else {
                return fail(ErrorCode::InvalidInput, "{}: a merge is neither a string nor a pair of strings", source);
            }
            if (merges.back().first.empty() || merges.back().second.empty())
                return fail(ErrorCode::InvalidInput, "{}: a merge has an empty piece", source);
        }
        return merges;
    }

    Result<void> placeToken(Vocabulary& vocabulary, const std::string& text, const Json& id, Vocabulary::TokenType type, const std::string& source)
    {
        if (!id.is_number_integer() || id < 0 || id >= maximumTokens || text.empty() || text.find('\0') != text.npos)
            return fail(ErrorCode::InvalidInput, "{}: token \"{}\" has the impossible id {}", source, text, id.dump());
        const auto index = id.get<std::size_t>();
        if (vocabulary.tokens.size() <= index) {
            vocabulary.tokens.resize(index + 1);
            vocabulary.types.resize(index + 1, Vocabulary::Unused);
        }
        if (!vocabulary.tokens[index].empty() && vocabulary.tokens[index] != text)
            return fail(ErrorCode::InvalidInput, "{}: tokens \"{}\" and \"{}\" both have id {}", source, vocabulary.tokens[index], text, index);
        vocabulary.tokens[index] = text;
        vocabulary.types[index] = type;
        return {};
    }

    /// SentencePiece's scores are not in tokenizer.json. llama.cpp merges the pair with the highest score first, so the negated rank of the
    /// merge that makes a token orders merges as the list does.
    std::vector<float> scoresFromMerges(const Vocabulary& vocabulary, const std::vector<std::pair<std::string, std::string>>& merges)
    {
        std::unordered_map<std::string, std::size_t> ranks;
        for (std::size_t i = 0; i < merges.size(); ++i)
            ranks.emplace(merges[i].first + merges[i].second, i);
        std::vector<float> scores;
        scores.reserve(vocabulary.tokens.size());
        for (std::size_t i = 0; i < vocabulary.tokens.size(); ++i) {
            const auto rank = ranks.find(vocabulary.tokens[i]);
            const bool special = vocabulary.types[i] != Vocabulary::Normal;
            scores.push_back(special ? 0.0f : -static_cast<float>(rank == ranks.end() ? merges.size() : rank->second));
        }
        return scores;
    }

    /// Reads which tokens start and end a text, and the chat template, from the files beside tokenizer.json.
    Result<void> readSpecialTokens(const fs::path& folder, const Json& tokenizer, Vocabulary& vocabulary)
    {
        std::unordered_map<std::string, std::int32_t> ids;
        for (std::size_t i = 0; i < vocabulary.tokens.size(); ++i)
            ids.emplace(vocabulary.tokens[i], static_cast<std::int32_t>(i));
        const auto byText = [&](const Json& value) -> std::optional<std::int32_t> {
            const Json content = value.is_object() ? value.value("content", Json()) : value;
            const auto found = content.is_string() ? ids.find(content.get<std::string>()) : ids.end();
            return found == ids.end() ? std::nullopt : std::optional(found->second);
        };
        const auto byId = [&](const Json& value) -> std::optional<std::int32_t> {
            const Json first = value.is_array() && !value.empty() ? value.front() : value;
            if (!first.is_number_integer() || first < 0 || first >= vocabulary.tokens.size())
                return std::nullopt;
            return first.get<std::int32_t>();
        };
        std::optional<bool> addBos, addEos;
        for (const char* name : { "tokenizer_config.json", "special_tokens_map.json" }) {
            BITLOOM_TRY(const auto json, readJson(folder / name));
            if (!json)
                continue;
            const auto take = [&](const char* key, std::optional<std::int32_t>& id) {
                if (!id && json->contains(key))
                    id = byText((*json)[key]);
            };
            take("bos_token", vocabulary.bos);
            take("eos_token", vocabulary.eos);
            take("unk_token", vocabulary.unknown);
            take("pad_token", vocabulary.padding);
            if (const auto flag = json->find("add_bos_token"); flag != json->end() && flag->is_boolean())
                addBos = flag->get<bool>();
            if (const auto flag = json->find("add_eos_token"); flag != json->end() && flag->is_boolean())
                addEos = flag->get<bool>();
            if (const auto text = json->find("chat_template"); text != json->end() && text->is_string())
                vocabulary.chatTemplate = text->get<std::string>();
        }
        for (const char* name : { "generation_config.json", "config.json" }) {
            BITLOOM_TRY(const auto json, readJson(folder / name));
            if (!json)
                continue;
            if (!vocabulary.bos && json->contains("bos_token_id"))
                vocabulary.bos = byId((*json)["bos_token_id"]);
            if (!vocabulary.eos && json->contains("eos_token_id"))
                vocabulary.eos = byId((*json)["eos_token_id"]);
        }
        std::error_code ignored;
        if (const fs::path file = folder / "chat_template.jinja"; vocabulary.chatTemplate.empty() && fs::exists(file, ignored)) {
            BITLOOM_TRY(vocabulary.chatTemplate, readTextFile(file, 1u << 20));
        }
        // What the tokenizer itself puts around a text is the last word; the flags are from older files.
        bool templated = false, before = false, after = false;
        for (const Json& step : steps(tokenizer.value("post_processor", Json()), "processors")) {
            if (typeOf(step) != "TemplateProcessing" || !step.contains("single") || !step["single"].is_array())
                continue;
            templated = true;
            bool seenText = false;
            for (const Json& piece : step["single"]) {
                seenText = seenText || piece.contains("Sequence");
                if (piece.contains("SpecialToken"))
                    (seenText ? after : before) = true;
            }
        }
        vocabulary.addBos = vocabulary.bos && (templated ? before : addBos.value_or(false));
        vocabulary.addEos = vocabulary.eos && (templated ? after : addEos.value_or(false));
        return {};
    }
} // namespace

Result<Vocabulary> vocabularyFromFolder(const fs::path& folder, std::int64_t vocabularySize)
try {
    const fs::path path = folder / "tokenizer.json";
    const std::string source = path.string();
    BITLOOM_TRY(const auto file, readJson(path));
    if (!file) {
        std::error_code ignored;
        if (fs::exists(folder / "tokenizer.model", ignored))
            return fail(ErrorCode::Unsupported, "{}: there is only a tokenizer.model; convert it to tokenizer.json with transformers first", folder.string());
        return fail(ErrorCode::NotFound, "{}: there is no tokenizer.json in the folder", folder.string());
    }
    const Json& tokenizer = *file;
    const Json model = tokenizer.value("model", Json());
    if (typeOf(model) != "BPE")
        return fail(ErrorCode::Unsupported, "{}: tokenizer \"{}\" is not supported (known: BPE)", source, typeOf(model));
    const auto pieces = model.find("vocab");
    if (pieces == model.end() || !pieces->is_object() || pieces->empty())
        return fail(ErrorCode::InvalidInput, "{}: \"vocab\" is missing or not an object", source);

    Vocabulary vocabulary;
    const bool sentencePiece = model.contains("byte_fallback") && model["byte_fallback"] == true;
    vocabulary.model = sentencePiece ? "llama" : "gpt2";
    for (const auto& [text, id] : pieces->items()) {
        const bool byte = sentencePiece && text.size() == 6 && text.starts_with("<0x") && text.back() == '>';
        BITLOOM_CHECK(placeToken(vocabulary, text, id, byte ? Vocabulary::Byte : Vocabulary::Normal, source));
    }
    const Json added = tokenizer.value("added_tokens", Json::array());
    if (!added.is_array())
        return fail(ErrorCode::InvalidInput, "{}: \"added_tokens\" is not a list", source);
    for (const Json& token : added) {
        if (!token.is_object() || !token.contains("content") || !token["content"].is_string() || !token.contains("id"))
            return fail(ErrorCode::InvalidInput, "{}: an added token lacks its content or id", source);
        const auto type = token.value("special", false) ? Vocabulary::Control : Vocabulary::UserDefined;
        BITLOOM_CHECK(placeToken(vocabulary, token["content"].get<std::string>(), token["id"], type, source));
    }
    if (const Json unknown = model.value("unk_token", Json()); sentencePiece && unknown.is_string())
        for (std::size_t i = 0; i < vocabulary.tokens.size(); ++i)
            if (vocabulary.tokens[i] == unknown.get<std::string>()) {
                vocabulary.types[i] = Vocabulary::Unknown;
                vocabulary.unknown = static_cast<std::int32_t>(i);
            }
    if (vocabularySize > 0 && static_cast<std::int64_t>(vocabulary.tokens.size()) > vocabularySize)
        return fail(ErrorCode::InvalidInput, "{}: it has {} tokens, but the model's vocabulary only {}", source, vocabulary.tokens.size(), vocabularySize);
    // Models often have a few more embeddings than tokens.
    vocabulary.tokens.resize(std::max(vocabulary.tokens.size(), static_cast<std::size_t>(vocabularySize)));
    vocabulary.types.resize(vocabulary.tokens.size(), Vocabulary::Unused);
    for (std::size_t i = 0; i < vocabulary.tokens.size(); ++i)
        if (vocabulary.tokens[i].empty())
            vocabulary.tokens[i] = fmt::format("[PAD{}]", i);

    BITLOOM_TRY(const auto merges, parseMerges(model, source));
    if (sentencePiece) {
        BITLOOM_CHECK(readSpacePrefix(tokenizer, source, vocabulary));
        vocabulary.scores = scoresFromMerges(vocabulary, merges);
    } else {
        const Json ignoreMerges = model.value("ignore_merges", Json(false));
        BITLOOM_TRY(vocabulary.pre, preTokenizerName(tokenizer, ignoreMerges == true, source));
        for (const Json& step : steps(tokenizer.value("normalizer", Json()), "normalizers"))
            if (typeOf(step) != "NFC") // the one that byte-level models use; llama.cpp leaves text as it is
                return fail(ErrorCode::Unsupported, "{}: the normalizer \"{}\" is not known", source, typeOf(step));
        vocabulary.addSpacePrefix = false;
        vocabulary.merges.reserve(merges.size());
        for (const auto& [left, right] : merges)
            vocabulary.merges.push_back(left + ' ' + right);
    }
    BITLOOM_CHECK(readSpecialTokens(folder, tokenizer, vocabulary));
    return vocabulary;
} catch (const Json::exception& error) {
    return fail(ErrorCode::InvalidInput, "{}: tokenizer.json: {}", folder.string(), error.what());
} catch (const std::bad_alloc&) {
    return fail(ErrorCode::OutOfMemory, "{}: the tokenizer does not fit into memory", folder.string());
}

} // namespace bitloom
