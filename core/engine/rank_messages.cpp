// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/rank_messages.h"

#include "core/base/json_integer.h"

#include <algorithm>
#include <iterator>

namespace bitloom {
namespace {
    using nlohmann::json;

    std::size_t byteCount(ScalarType type, const std::vector<std::int64_t>& shape)
    {
        std::size_t bytes = scalarBytes(type);
        for (const std::int64_t dimension : shape)
            bytes *= static_cast<std::size_t>(dimension);
        return bytes;
    }

    TensorData described(const json& header)
    {
        TensorData tensor;
        tensor.name = header.at("name").get<std::string>();
        tensor.type = static_cast<ScalarType>(jsonInteger<int>(header.at("type")));
        tensor.shape = header.at("shape").get<std::vector<std::int64_t>>();
        return tensor;
    }
}

const TensorData* RankMessage::find(const std::string& name) const
{
    const auto found = std::find_if(tensors.begin(), tensors.end(), [&](const TensorData& tensor) { return tensor.name == name; });
    return found == tensors.end() ? nullptr : &*found;
}

Result<void> sendMessage(Ranks& ranks, int to, int channel, const RankMessage& message)
{
    json headers = json::array();
    for (const TensorData& tensor : message.tensors)
        headers.push_back({ { "name", tensor.name }, { "type", static_cast<int>(tensor.type) }, { "shape", tensor.shape } });
    const auto text = std::make_shared<std::vector<std::uint8_t>>(json::to_cbor(json { { "facts", message.facts }, { "tensors", std::move(headers) } }));
    BITLOOM_CHECK(ranks.send(to, channel, { std::as_bytes(std::span(*text)), text }));
    for (const TensorData& tensor : message.tensors)
        BITLOOM_CHECK(ranks.send(to, channel, { tensor.bytes, tensor.owner }));
    return {};
}

Result<RankMessage> receiveMessage(Ranks& ranks, int from, int channel)
{
    BITLOOM_TRY(const SharedBytes bytes, ranks.receive(from, channel));
    const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.view.data());
    try {
        json parsed = json::from_cbor(begin, begin + bytes.view.size());
        RankMessage message;
        message.facts = std::move(parsed.at("facts"));
        for (const json& header : parsed.at("tensors")) {
            TensorData tensor = described(header);
            BITLOOM_TRY(SharedBytes content, ranks.receive(from, channel));
            if (content.view.size() != byteCount(tensor.type, tensor.shape))
                return fail(ErrorCode::Internal, "rank {} sent {} bytes for tensor '{}', expected {}", from, content.view.size(), tensor.name,
                    byteCount(tensor.type, tensor.shape));
            tensor.bytes = content.view;
            tensor.owner = std::move(content.owner);
            message.tensors.push_back(std::move(tensor));
        }
        return message;
    } catch (const json::exception& exception) {
        return fail(ErrorCode::Internal, "rank {} sent a message that cannot be read: {}", from, exception.what());
    }
}

Result<void> tellRanks(Ranks& ranks, const RankMessage& command)
{
    for (int other = 1; other < ranks.count(); ++other)
        BITLOOM_CHECK(sendMessage(ranks, other, rank_channel::command, command));
    return {};
}

} // namespace bitloom
