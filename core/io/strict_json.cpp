// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/strict_json.h"

#include <unordered_set>
#include <vector>

namespace bitloom {
namespace {
    struct Refused
    {
        std::string reason;
    };
}

Result<nlohmann::json> parseStrictJson(std::string_view text, const std::string& source, int maximumDepth)
{
    using Event = nlohmann::json::parse_event_t;
    std::vector<std::unordered_set<std::string>> keys; // of the objects that are open, outermost first
    const auto watch = [&](int depth, Event event, nlohmann::json& parsed) {
        switch (event) {
        case Event::object_start:
            keys.emplace_back();
            [[fallthrough]];
        case Event::array_start:
            if (depth >= maximumDepth)
                throw Refused { fmt::format("is nested deeper than {} levels", maximumDepth) };
            break;
        case Event::object_end:
            keys.pop_back();
            break;
        case Event::key: {
            auto name = parsed.get<std::string>();
            if (const auto [position, isNew] = keys.back().insert(std::move(name)); !isNew)
                throw Refused { fmt::format("has the key \"{}\" twice", *position) };
            break;
        }
        default:
            break;
        }
        return true;
    };
    try {
        return nlohmann::json::parse(text, watch);
    } catch (const Refused& refused) {
        return fail(ErrorCode::InvalidInput, "{} {}", source, refused.reason);
    } catch (const nlohmann::json::parse_error& error) {
        return fail(ErrorCode::InvalidInput, "{} is not valid JSON (at byte {})", source, error.byte);
    } catch (const nlohmann::json::exception&) {
        return fail(ErrorCode::InvalidInput, "{} is not valid JSON", source);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "{} does not fit into memory", source);
    }
}

} // namespace bitloom
