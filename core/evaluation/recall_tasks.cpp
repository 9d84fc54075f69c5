// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/recall_tasks.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <random>

namespace bitloom {
namespace {
    constexpr std::array people { "Anna", "Boris", "Clara", "David", "Emma", "Frank", "Grace", "Henry", "Irene", "Jonas", "Karen", "Louis", "Maria", "Nora", "Oscar", "Paula" };
    constexpr std::array verbs { "painted", "carried", "watched", "repaired", "sold", "found", "cleaned", "borrowed", "admired", "opened", "moved", "counted" };
    constexpr std::array adjectives { "old", "small", "green", "quiet", "heavy", "broken", "yellow", "famous", "wooden", "narrow", "bright", "empty" };
    constexpr std::array things { "table", "bridge", "garden", "letter", "window", "boat", "clock", "kitchen", "piano", "camera", "basket", "mirror", "road", "tower", "blanket", "engine" };
    constexpr std::array places { "near the river", "in the village", "behind the school", "at the market", "on the hill", "beside the station", "under the trees", "by the lake" };
    constexpr std::array cities { "Paris", "Oslo", "Cairo", "Lima", "Tokyo", "Rome", "Delhi", "Quito", "Berlin", "Madrid", "Dublin", "Vienna", "Athens", "Havana", "Seoul", "Boston" };

    /// The same numbers on every machine, which std's distributions do not promise.
    class Draw
    {
    public:
        explicit Draw(std::uint64_t seed)
            : m_random(seed)
        {
        }
        [[nodiscard]] std::size_t below(std::size_t count) { return m_random() % count; }
        template <class List>
        [[nodiscard]] std::string from(const List& list)
        {
            return list[below(std::size(list))];
        }
        template <class List>
        void shuffle(List& list)
        {
            for (std::size_t i = list.size(); i > 1; --i)
                std::swap(list[i - 1], list[below(i)]);
        }

    private:
        std::mt19937_64 m_random;
    };

    std::string sentence(Draw& draw)
    {
        return fmt::format("{} {} the {} {} {}.", draw.from(people), draw.from(verbs), draw.from(adjectives), draw.from(things), draw.from(places));
    }

    /// What an example says, before it is filled up with unrelated lines.
    struct Outline
    {
        std::vector<std::string> first; ///< lines at the very beginning
        std::vector<std::string> told; ///< lines at the depth
        std::string last, answer; ///< the question, and what follows it
        std::vector<std::string> keys {}; ///< other names that lines give numbers to, the last one first; none: the lines are sentences
    };

    Outline needle(Draw& draw)
    {
        const std::string city = draw.from(cities), number = fmt::format("{}", 1000 + draw.below(9000));
        return { {}, { fmt::format("The secret number of {} is {}.", city, number) }, fmt::format("The secret number of {} is", city), " " + number };
    }

    Outline copy(Draw& draw)
    {
        std::vector<std::string> words;
        for (int i = 0; i < 12; ++i)
            words.push_back(draw.below(2) != 0 ? draw.from(things) : draw.from(adjectives));
        std::string passage, begun, rest;
        for (std::size_t i = 0; i < words.size(); ++i) {
            passage += (i > 0 ? " " : "") + words[i];
            if (i < 6)
                begun += (i > 0 ? " " : "") + words[i];
            else if (i < 10)
                rest += " " + words[i];
        }
        return { {}, { "The words are: " + passage + "." }, "The words are: " + begun, rest };
    }

    Outline arithmetic(Draw& draw)
    {
        Outline outline;
        const auto line = [](const std::string& name, std::size_t had, std::size_t found, std::size_t lost) {
            return fmt::format("{} had {} coins, found {} and lost {}. So {} had {} and then {} coins.", name, had, found, lost, name, had + found, had + found - lost);
        };
        std::vector<std::string> names(people.begin(), people.end());
        draw.shuffle(names);
        for (std::size_t i = 0; i < 4; ++i)
            outline.first.push_back(line(names[i], 1 + draw.below(5), 1 + draw.below(4), 1));
        const std::string& name = names[4];
        const std::size_t coins = 1 + draw.below(5), found = 1 + draw.below(4);
        outline.told = { fmt::format("{} had {} coins, found {} and lost 1.", name, coins, found) };
        outline.last = fmt::format("So {} had", name);
        outline.answer = fmt::format(" {} and then {} coins", coins + found, coins + found - 1);
        return outline;
    }

    /// Names come once, so that there is one answer.
    Outline keyValue(Draw& draw)
    {
        std::vector<std::string> keys;
        for (const char* adjective : adjectives)
            for (const char* thing : things)
                keys.push_back(fmt::format("{} {}", adjective, thing));
        draw.shuffle(keys);
        const std::string key = keys.back(), number = fmt::format("{}", 100 + draw.below(900));
        keys.pop_back();
        return { {}, { key + ": " + number }, key + ":", " " + number, std::move(keys) };
    }

    Outline outlineOf(RecallTask task, Draw& draw)
    {
        switch (task) {
        case RecallTask::Needle:
            return needle(draw);
        case RecallTask::KeyValue:
            return keyValue(draw);
        case RecallTask::Copy:
            return copy(draw);
        case RecallTask::Arithmetic:
            return arithmetic(draw);
        }
        return {};
    }

    std::int64_t tokensOf(const Tokenizer& tokenizer, const std::string& text)
    {
        return static_cast<std::int64_t>(tokenizer.encode(text, false, false).size());
    }

    std::string joined(const std::vector<std::string>& lines)
    {
        std::string text;
        for (const std::string& line : lines)
            text += line + "\n";
        return text;
    }
}

std::string_view recallTaskName(RecallTask task)
{
    switch (task) {
    case RecallTask::Needle:
        return "needle";
    case RecallTask::KeyValue:
        return "key_value";
    case RecallTask::Copy:
        return "copy";
    case RecallTask::Arithmetic:
        return "arithmetic";
    }
    return "";
}

RecallExample makeRecallExample(RecallTask task, const Tokenizer& tokenizer, std::int64_t context, std::int64_t index, std::int64_t count, std::uint64_t seed)
{
    Draw draw(seed * 1000003 + static_cast<std::uint64_t>(index) * 101 + static_cast<std::uint64_t>(task));
    RecallExample example;
    example.depth = count > 1 ? static_cast<double>(index) / static_cast<double>(count - 1) : 0.5;
    Outline outline = outlineOf(task, draw);
    std::vector<std::string>& keys = outline.keys;
    const bool bos = tokenizer.addsBos();
    constexpr std::int64_t seams = 8; // lines may meet others' tokens than where they were counted
    const std::int64_t room = context - seams - (bos ? 1 : 0) - tokensOf(tokenizer, joined(outline.first) + joined(outline.told) + outline.last) - tokensOf(tokenizer, outline.answer);
    std::vector<std::string> others;
    for (std::string text;;) {
        std::string line;
        if (task == RecallTask::KeyValue) {
            if (keys.empty())
                break;
            line = fmt::format("{}: {}", keys.back(), 100 + draw.below(900));
            keys.pop_back();
        } else {
            line = sentence(draw);
        }
        text += line + "\n";
        if (tokensOf(tokenizer, text) > room)
            break;
        others.push_back(std::move(line));
    }
    const auto at = static_cast<std::ptrdiff_t>(example.depth * static_cast<double>(others.size()));
    std::vector<std::string> lines = outline.first;
    lines.insert(lines.end(), others.begin(), others.begin() + at);
    lines.insert(lines.end(), outline.told.begin(), outline.told.end());
    lines.insert(lines.end(), others.begin() + at, others.end());
    example.prompt = tokenizer.encode(joined(lines) + outline.last, bos, false);
    example.answer = tokenizer.encode(outline.answer, false, false);
    example.question = outline.last;
    example.expected = outline.answer;
    return example;
}

} // namespace bitloom
